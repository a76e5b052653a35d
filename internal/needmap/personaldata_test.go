package needmap_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestFindPersonalData(t *testing.T) {
	for _, c := range personalTexts {
		span := needmap.FindPersonalData(c.text)
		if span == nil {
			t.Errorf("%q: nothing found, want %s", c.text, c.looksLike)
			continue
		}
		if words := spanned(c.text, span); span.LooksLike != c.looksLike || words != c.words {
			t.Errorf("%q: %s %q, want %s %q", c.text, span.LooksLike, words, c.looksLike, c.words)
		}
	}
}

func TestHarmlessTexts(t *testing.T) {
	for _, text := range slices.Concat(harmlessTexts, halfTexts) {
		if span := needmap.FindPersonalData(text); span != nil {
			t.Errorf("%q: %s %q", text, span.LooksLike, spanned(text, span))
		}
	}
}

// TestInvisibleCharacters hides one behind every character of every text.
func TestInvisibleCharacters(t *testing.T) {
	for _, hidden := range []string{"\u200b", "\u00ad", "\u2060", "\ufeff", "\u0301"} {
		for _, c := range personalTexts {
			text := strings.Join(strings.Split(c.text, ""), hidden)
			span := needmap.FindPersonalData(text)
			if span == nil || span.LooksLike != c.looksLike {
				t.Errorf("%q with %q between: %+v, want %s", c.text, hidden, span, c.looksLike)
			}
		}
	}
}

func TestRefusalNamesNoWords(t *testing.T) {
	for _, c := range personalTexts {
		refusal := needmap.FindPersonalData(c.text).Refusal()
		if strings.Contains(refusal, c.words) || strings.Contains(refusal, "  ") {
			t.Errorf("%q: %s", c.text, refusal)
		}
	}
	got := needmap.FindPersonalData("tel. 3331234567").Refusal()
	if want := "this holds what looks like a phone number, which must not be stored: characters 6 to 15"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func spanned(text string, s *needmap.Span) string { return string([]rune(text)[s.Start:s.End]) }

func FuzzFindPersonalData(f *testing.F) {
	for _, c := range personalTexts {
		f.Add(c.text)
	}
	for _, text := range slices.Concat(harmlessTexts, halfTexts) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		span := needmap.FindPersonalData(text)
		again := needmap.FindPersonalData("\u200b" + text)
		if (span == nil) != (again == nil) {
			t.Fatalf("%+v, with an invisible character before it %+v", span, again)
		}
		if span == nil {
			return
		}
		if span.Start < 0 || span.Start >= span.End || span.End > len([]rune(text)) || !strings.Contains(span.Refusal(), "looks like") {
			t.Errorf("%+v of %d characters", span, len([]rune(text)))
		}
		if again.Start != span.Start+1 || again.End != span.End+1 || again.LooksLike != span.LooksLike {
			t.Errorf("%+v, one further on %+v", span, again)
		}
		if needmap.HoldsPersonalCode(text) && needmap.FindPersonalCode(text).Start < span.Start {
			t.Errorf("%+v is not the first", span)
		}
	})
}

func BenchmarkFindPersonalData(b *testing.B) {
	for name, text := range map[string]string{
		"words":   "Coppia di anziani: chiede accompagnamento alle visite mediche; i figli vivono lontano. Urgente, è sola.",
		"numbers": "Dal 12/03/2020 al 30/06/2021 mancano 25 posti su 60, orario 8.30-13.30; legge 328/2000, 1.200,50 euro.",
		"address": "Anziani di via Giuseppe Verdi 12: serve un aiuto per la spesa due volte a settimana; l'ascensore è rotto",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if needmap.FindPersonalData(text) != nil {
					b.Fatal("refused")
				}
			}
		})
	}
}
