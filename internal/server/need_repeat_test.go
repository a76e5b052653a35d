package server_test

import (
	"strings"
	"sync"
	"testing"
)

// TestRepeatedRequests sends requests again with their key.
func TestRepeatedRequests(t *testing.T) {
	s := newCollecting(t)
	keyed := with(plainReport(), parts{"idempotencyKey": "k1"})
	wrong := with(keyed, parts{"suspension": globalID("Suspension", 99), "origin": "SUSPENDED_SERVICE"})
	if got := s.collect(t, "coordinator", "reportNeed", wrong); got.wrong() != "INVALID suspension" {
		t.Fatal(got.wrong())
	}
	before := stored(t, s)
	first := s.collect(t, "coordinator", "reportNeed", keyed)
	again := s.collect(t, "coordinator", "reportNeed", keyed)
	if first.wrong() != "" || again.wrong() != "" || first.Need.ID != again.Need.ID || string(first.Duplicates) != string(again.Duplicates) {
		t.Errorf("%s %s: %v and %v", first.wrong(), again.wrong(), first.Need, again.Need)
	}
	if got := s.collect(t, "coordinator", "reportNeed", with(keyed, parts{"people": 3})); got.wrong() != "CONFLICT idempotencyKey" {
		t.Errorf("another input: %s", got.wrong())
	}
	if got := s.collect(t, "coordinator", "confirmNeed", parts{"id": first.Need.ID, "version": 1, "idempotencyKey": "k1"}); got.wrong() != "CONFLICT idempotencyKey" {
		t.Errorf("another mutation: %s", got.wrong())
	}
	other := s.collect(t, "rome", "reportNeed", keyed)
	if other.wrong() != "" || other.Need.ID == first.Need.ID {
		t.Errorf("another caller: %s", other.wrong())
	}
	if after := stored(t, s); before != "5 2 0 8 4" || after != "7 4 2 10 4" {
		t.Errorf("stored %s, before %s", after, before)
	}
	confirm := parts{"id": first.Need.ID, "version": 1, "idempotencyKey": "k2"}
	for range 2 {
		if got := s.collect(t, "coordinator", "confirmNeed", confirm); got.wrong() != "" || got.Need.Version != 2 {
			t.Errorf("confirmed again: %s", got.wrong())
		}
	}
	changed := parts{"id": first.Need.ID, "version": 2, "people": 4, "clear": []string{}, "idempotencyKey": "k4"}
	if got := s.collect(t, "coordinator", "updateNeed", changed); got.wrong() != "" {
		t.Errorf("changed: %s", got.wrong())
	}
	delete(changed, "clear") // an empty list is not the same as none
	if got := s.collect(t, "coordinator", "updateNeed", changed); got.wrong() != "CONFLICT idempotencyKey" {
		t.Errorf("another input with the same key: %s", got.wrong())
	}
	if got := s.collect(t, "coordinator", "confirmNeed", with(confirm, parts{"idempotencyKey": "k3"})); got.wrong() != "CONFLICT version" {
		t.Errorf("another key: %s", got.wrong())
	}
}

func TestTheSameRequestAtOnce(t *testing.T) {
	s := newCollecting(t)
	keyed := with(plainReport(), parts{"idempotencyKey": "at once"})
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			if got := s.collect(t, "coordinator", "reportNeed", keyed); got.wrong() == "" {
				ids[i] = got.Need.ID
			} else {
				t.Errorf("%d: %s", i, got.wrong())
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("needs %v", ids)
			break
		}
	}
	if after := stored(t, s); !strings.HasPrefix(after, "6 3 1 ") {
		t.Errorf("stored %s", after)
	}
}
