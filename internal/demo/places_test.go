package demo_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// TestPlacesAreGivenOnce adds up who holds places of each service: never more
// than it has, and neither everywhere nor nowhere all of them. The second demo
// has more needs than may hold places.
func TestPlacesAreGivenOnce(t *testing.T) {
	for _, count := range []int{20_000, 50_000} {
		network, needs := allNeeds(t, demo.DefaultSeed, count)
		held, elsewhere := map[int]int{}, 0
		for i := range needs.Len() {
			for _, r := range needs.Responses(i) {
				if r.ServiceID != nil && r.Holds() {
					held[*r.ServiceID] += r.People
				} else if r.Holds() {
					elsewhere++
				}
			}
		}
		active, full, empty := 0, 0, 0
		for _, s := range network.Services {
			switch {
			case s.Status != needmap.ServiceActive:
				if held[s.ID] > 0 {
					t.Errorf("service %d is %s and takes up %d people", s.ID, s.Status, held[s.ID])
				}
				continue
			case held[s.ID] > s.Capacity:
				t.Errorf("service %d has %d places, %d are held", s.ID, s.Capacity, held[s.ID])
			case held[s.ID] == s.Capacity:
				full++
			case held[s.ID] == 0:
				empty++
			}
			active++
		}
		if full < active/20 || full > active/2 || empty > active/3 || elsewhere == 0 {
			t.Errorf("%d needs: of %d active services %d are full and %d empty, %d answers without one", count, active, full, empty, elsewhere)
		}
	}
}
