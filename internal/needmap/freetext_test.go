package needmap_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestCheckFreeText(t *testing.T) {
	long := strings.Repeat("è", 21)
	for _, c := range []struct {
		text string
		says string // part of the refusal, "" for none
	}{
		{"", ""},
		{strings.Repeat("è", 20), ""},
		{long, "21 characters, the most is 20"},
		{"due\nrighe\te più", ""},
		{"due\x07", "control characters"},
		{"due\xff", "not valid UTF-8"},
		{"al 3331234567", "characters 4 to 13"},
	} {
		err := needmap.CheckFreeText("summary", &c.text, 20)
		if c.says == "" && err == nil {
			continue
		}
		var known *needmap.Error
		if !errors.As(err, &known) || c.says == "" || !strings.Contains(err.Error(), c.says) || known.Code != needmap.CodeInvalid || known.Field != "summary" {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
	if err := needmap.CheckFreeText("summary", nil, 20); err != nil {
		t.Errorf("no text: %v", err)
	}
}

func TestFreeTextSpan(t *testing.T) {
	text := "Perché è sola: al 333\u200b1234567."
	err := needmap.CheckFreeText("reason", &text, 100)
	var known *needmap.Error
	if !errors.As(err, &known) || known.Detail == nil || known.Detail.Span == nil {
		t.Fatalf("got %v", err)
	}
	if want := (needmap.Span{Start: 18, End: 29, LooksLike: needmap.LooksLikePhone}); *known.Detail.Span != want {
		t.Errorf("span %+v, want %+v", *known.Detail.Span, want)
	}
}

// TestFreeTextFailsClosed lets the search break: nothing is accepted unchecked.
func TestFreeTextFailsClosed(t *testing.T) {
	text := "Anziana sola"
	err := needmap.CheckFreeTextWith("summary", &text, 100, func(string) *needmap.Span {
		var none []int
		return &needmap.Span{Start: none[len(text)]}
	})
	if needmap.ErrorCode(err) != needmap.CodeInvalid || !strings.Contains(err.Error(), "could not be checked") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "index") {
		t.Errorf("the refusal tells too much: %v", err)
	}
	if err := needmap.CheckFreeTextWith("summary", &text, 100, nil); needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("without a search: %v", err)
	}
}
