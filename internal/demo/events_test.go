package demo_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

func TestEvents(t *testing.T) {
	w := world(t, 1)
	needs := demo.NewNeeds(w, demo.NewNetwork(w), 2000)
	fieldOf := map[string]needmap.Field{}
	for i := range needs.Len() {
		n := needs.Need(i)
		fieldOf[n.ExternalID] = n.Field
	}
	events := demo.NewEvents(w, needs)
	kinds, past := map[needmap.EventKind]int{}, 0
	for i, e := range events {
		kinds[e.Kind]++
		day, err := time.Parse(time.DateOnly, string(e.Date))
		if err != nil || day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			t.Errorf("%s takes place on %s: %v", e.Title, e.Date, err)
		}
		if e.Date < "2026-07-01" {
			past++
		}
		if !e.IsSynthetic || e.MunicipalityID == nil || !strings.HasSuffix(e.Title, "(dato dimostrativo)") {
			t.Errorf("event %d: %+v", i, e)
		}
		if err := needmap.CheckFreeText("title", &e.Title, needmap.MaxTitleRunes); err != nil {
			t.Error(err)
		}
		if len(e.Needs) > 5 || len(slices.Compact(slices.Sorted(slices.Values(e.Needs)))) != len(e.Needs) {
			t.Errorf("%s concerns %v", e.Title, e.Needs)
		}
		for _, key := range e.Needs {
			if !slices.Contains(e.Fields, fieldOf[key]) {
				t.Errorf("%s concerns %s, a need of %s", e.Title, key, fieldOf[key])
			}
		}
	}
	if len(events) != 12 || kinds[needmap.EventSeminar] != 4 || kinds[needmap.EventTechnicalTable] != 8 || past != 8 {
		t.Errorf("%d events, by kind %v, %d of them past", len(events), kinds, past)
	}
	if again := demo.NewEvents(w, needs); !reflect.DeepEqual(again, events) {
		t.Error("the same seed gave another calendar")
	}
	if other := world(t, 2); reflect.DeepEqual(demo.NewEvents(other, demo.NewNeeds(other, demo.NewNetwork(other), 2000)), events) {
		t.Error("another seed gave the same calendar")
	}
	if e := demo.NewEvents(w, demo.NewNeeds(w, demo.NewNetwork(w), 0)); len(e) != 12 || e[0].Needs != nil {
		t.Errorf("without needs: %+v", e)
	}
}
