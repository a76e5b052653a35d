package live

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestCursor(t *testing.T) {
	for _, snapshot := range []string{"1:1:", "730:730:", "730:735:730,733,734", "9223372036854775806:9223372036854775807:9223372036854775806"} {
		p := position{"0a", snapshot}
		if got, err := parseCursor("after", p.cursor()); err != nil || got != p {
			t.Errorf("%v becomes %v, %v", p, got, err)
		}
	}
	wrong := []string{"", "x", "====", "MSBh", strings.Repeat("A", maxCursor+1)}
	for _, text := range []string{
		"", "1 a", "1 a 1:1: ", "2 a 1:1:", "1  1:1:", "1 A 1:1:", "1 a' 1:1:", "1 " + strings.Repeat("a", 65) + " 1:1:",
		"1 a 1:1", "1 a 0:1:", "1 a 2:1:", "1 a 01:2:", "1 a +1:2:", "1 a -1:2:", "1 a 1:2:2", "1 a 2:3:1", "1 a 1:4:2,2", "1 a 1:4:3,2",
		"1 a 1:4:,", "1 a 1:4:2,", "1 a 1:9223372036854775808:", "1 a x:y:", "1 a 1:1:; drop table need", "1 a 1:2:\x001",
	} {
		wrong = append(wrong, encoded(text))
	}
	for _, cursor := range wrong {
		_, err := parseCursor("after", cursor)
		if known, ok := err.(*needmap.Error); !ok || known.Code != needmap.CodeInvalid || known.Field != "after" {
			t.Errorf("%.40q: %v", cursor, err)
		}
	}
}

// FuzzCursor reads anything, and only what it would write itself.
func FuzzCursor(f *testing.F) {
	f.Add(position{"0a", "730:735:730,733"}.cursor())
	f.Add(encoded("1 a 1:1:"))
	f.Add("MSBhIDE6MTo=")
	f.Fuzz(func(t *testing.T, cursor string) {
		if p, err := parseCursor("after", cursor); err == nil && p.cursor() != cursor {
			t.Errorf("%q reads as %v, which is %q", cursor, p, p.cursor())
		}
	})
}
