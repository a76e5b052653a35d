package demo_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// TestTextsHoldNoPersonalData holds every text of needs and of what became of
// them against the rule for texts that people type.
func TestTextsHoldNoPersonalData(t *testing.T) {
	network, needs := allNeeds(t, 5, enough)
	seen := map[string]bool{}
	check := func(text *string) {
		if text == nil || seen[*text] {
			return
		}
		seen[*text] = true
		if err := needmap.CheckFreeText("text", text, needmap.MaxReasonRunes); err != nil {
			t.Errorf("%q: %v", *text, err)
		}
	}
	for _, suspension := range network.Suspensions {
		check(&suspension.Reason)
	}
	for i := range needs.Len() {
		check(needs.Need(i).Summary)
		for _, event := range needs.History(i) {
			check(event.Reason)
		}
		for _, response := range needs.Responses(i) {
			check(response.Reason)
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d texts", len(seen))
	}
}

// TestPlacesAreNoNames puts the name of every municipality, and of every
// organisation and service of the demo, beside an address.
func TestPlacesAreNoNames(t *testing.T) {
	municipalities, err := demo.Territory()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range municipalities {
		names = append(names, m.Name)
	}
	network, _ := allNeeds(t, 5, 1)
	for _, o := range network.Organisations {
		names = append(names, o.Name)
	}
	for _, s := range network.Services {
		names = append(names, s.Name)
	}
	for _, name := range names {
		for _, text := range []string{
			name + ", via Appia 12", "Serve una mensa a " + name + " in via Giuseppe Verdi 3, scala B int. 4", "via Appia 12 " + name,
		} {
			if span := needmap.FindPersonalData(text); span != nil {
				t.Errorf("%q: %+v", text, *span)
			}
		}
	}
}
