package cursor_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/graph/cursor"
	"github.com/innovainrete/needmap/internal/needmap"
)

// TestRoundTrip reads back every position that a list can hold: any moment but
// the zero one, which stands for none.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := needmap.Position{
			Number: int64(rapid.Int32().Draw(t, "number")),
			Moment: time.UnixMicro(rapid.Int64Range(-62135596800_000000+1, 253402214400_000000).Draw(t, "micros")).UTC(),
			Text:   strings.ReplaceAll(strings.ToValidUTF8(rapid.StringN(0, 100, 400).Draw(t, "text"), ""), "\x00", ""),
			ID:     rapid.Int64().Draw(t, "id"),
		}
		text := cursor.Encode("needs", p)
		got, err := cursor.Decode("after", "needs", text)
		if err != nil || *got != p {
			t.Fatalf("%+v became %+v, %v", p, got, err)
		}
	})
}

// TestTextPositions keeps no moment: it is never compared there.
func TestTextPositions(t *testing.T) {
	got, err := cursor.Decode("after", "partners", cursor.Encode("partners", needmap.Position{Text: "scuola", ID: 4}))
	if err != nil || got.Text != "scuola" || got.ID != 4 || got.Number != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	raw := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	for name, text := range map[string]string{
		"nothing":                  "",
		"no base64":                "!!!!",
		"padding":                  cursor.Encode("needs", needmap.Position{ID: 1}) + "=",
		"no JSON":                  raw("needs"),
		"a list":                   raw("[]"),
		"a number":                 raw("1"),
		"another list":             cursor.Encode("services", needmap.Position{ID: 1}),
		"no list":                  raw(`{"i":1}`),
		"an unknown member":        raw(`{"l":"needs","i":1,"x":2}`),
		"something behind":         raw(`{"l":"needs","i":1}{}`),
		"a broken end":             raw(`{"l":"needs","i":1`),
		"text for a key":           raw(`{"l":"needs","i":"1"}`),
		"a key beyond 64 bits":     raw(`{"l":"needs","i":99999999999999999999}`),
		"a fraction":               raw(`{"l":"needs","i":1.5}`),
		"a moment before the year": raw(`{"l":"needs","i":1,"m":-99999999999999999}`),
		"a moment after 9999":      raw(`{"l":"needs","i":1,"m":999999999999999999}`),
		"a number beyond 32 bits":  raw(`{"l":"needs","i":1,"n":2147483648}`),
		"a NUL":                    raw(`{"l":"needs","i":1,"t":"a\u0000"}`),
		"a long text":              raw(`{"l":"needs","i":1,"t":"` + strings.Repeat("a", 2000) + `"}`),
	} {
		p, err := cursor.Decode("before", "needs", text)
		var known *needmap.Error
		if p != nil || !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != "before" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// FuzzDecode never panics, and what it accepts can be written and read again.
func FuzzDecode(f *testing.F) {
	f.Add(cursor.Encode("needs", needmap.Position{Number: 4, Moment: time.Unix(1700000000, 0), ID: 7}))
	f.Add(cursor.Encode("needs", needmap.Position{Text: "è", ID: -1}))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"l":"needs","i":1,"m":-62135596800000000}`)))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := cursor.Decode("after", "needs", text)
		if err != nil {
			if needmap.ErrorCode(err) != needmap.CodeInvalid || p != nil {
				t.Errorf("%+v, %v", p, err)
			}
			return
		}
		again, err := cursor.Decode("after", "needs", cursor.Encode("needs", *p))
		if err != nil || again.ID != p.ID || again.Text != p.Text || again.Number != p.Number {
			t.Errorf("%+v became %+v, %v", p, again, err)
		}
	})
}
