package coverage

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// plainFlow lists who asks for places of a field, and who holds one, need by need and
// by the words of the documentation; places are the free ones and those held by needs
// of the view.
func plainFlow(v View, needs []Need, field needmap.Field) (asking, holding []group, places []int, held map[int]int) {
	services := v.Services()
	places, held = make([]int, len(services)), map[int]int{}
	for i, s := range services {
		if s.Field == field {
			places[i] = s.Free()
		}
	}
	for _, n := range needs {
		if n.Field != field || !slices.Contains(v.Needs(), n.ID) {
			continue
		}
		var options []int32
		for i, s := range services {
			_, reached, ages := couldTake(s, n, v.Cells())
			if reached && ages && s.Status == needmap.ServiceActive && !slices.Contains(n.Open.Declined, s.ID) {
				options = append(options, int32(i))
			}
		}
		asking = append(asking, group{max(0, n.People-n.Answered-n.Open.Promised), options})
		for _, h := range n.Open.Held {
			i := slices.IndexFunc(services, func(s Service) bool { return s.ID == h.ServiceID })
			if i < 0 || services[i].Field != field || services[i].Status != needmap.ServiceActive {
				continue
			}
			places[i] += h.People
			held[h.ServiceID] += h.People
			holding = append(holding, group{h.People, append(slices.Clone(options), int32(i))})
		}
	}
	return asking, holding, places, held
}

func TestCriticalityIsComputedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needs, services := drawNeeds(t), drawServices(t)
		c, keys := drawFilter(t)
		v := viewOf(boardOf(needs...), services, c, keys)
		for number, field := range needmap.Fields[:2] {
			asking, holding, places, held := plainFlow(v, needs, field)
			all := append(asking, holding...)
			list, err := v.Loss(number).Rank(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			active := 0
			for i, s := range v.Services() {
				if s.Field != field || s.Status != needmap.ServiceActive {
					continue
				}
				active++
				less := slices.Clone(places)
				less[i] = 0
				want := Critical{s.ID, held[s.ID], mostPlaced(all, places) - mostPlaced(all, less)}
				if !slices.Contains(list, want) {
					t.Fatalf("%s: %+v, want %+v among them", field, list, want)
				}
			}
			if len(list) != active || !slices.IsSortedFunc(list, func(a, b Critical) int { return b.Opened - a.Opened }) {
				t.Fatalf("%s: %+v of %d active services", field, list, active)
			}
		}
	})
}

func TestPlacingIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needs, services := drawNeeds(t), drawServices(t)
		c, keys := drawFilter(t)
		v := viewOf(boardOf(needs...), services, c, keys)
		for number, field := range needmap.Fields[:2] {
			asking, _, _, _ := plainFlow(v, needs, field)
			want, free := Placing{}, v.freePlaces(number)
			for _, g := range asking {
				want.Asking += g.people
			}
			if want.Placeable = mostPlaced(asking, free); v.Placing(number) != want {
				t.Fatalf("%s: %+v, want %+v", field, v.Placing(number), want)
			}
		}
	})
}

// TestPlacingByHand: 10 people of Municipio I could go to home 1 or 2, 4 of
// Municipio II to home 2 alone; home 3 runs no more, and home 4 was turned down.
func TestPlacingByHand(t *testing.T) {
	needs := []Need{
		elderly(1, people(10, 1), answer(new(1), 2, needmap.ResponseAccepted), refusedBy(4)), // 7 ask
		elderly(2, in(second), people(4, 0)),
	}
	services := []Service{
		home(1), home(2, serving(first, second)), home(3, being(needmap.ServiceSuspended)), home(4),
		home(5, serving(second), forAges(nil, nil), func(s *Service) { s.Field = needmap.FieldMinors }),
	}
	v := viewOf(boardOf(needs...), services, everything, nil)
	field := FieldNumber(needmap.FieldElderly)
	if got, want := v.Placing(field), (Placing{Asking: 11, Placeable: 8}); got != want {
		t.Errorf("%+v, want %+v", got, want) // 3 at home 1, and 5 at home 2
	}
	list, err := v.Loss(field).Rank(context.Background())
	// Without home 1 its 3 and the 2 who have a promise go nowhere: home 2 is full.
	want := []Critical{{1, 2, 5}, {2, 0, 5}, {4, 0, 0}}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("%+v %v, want %+v", list, err, want)
	}
}

func TestCriticalityGivesUp(t *testing.T) {
	v := viewOf(boardOf(elderly(1)), []Service{home(1), home(2)}, everything, nil)
	for looks := range 2 {
		_, err := v.Loss(FieldNumber(needmap.FieldElderly)).Rank(&tiring{Context: context.Background(), looks: looks})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks at the context: %v", looks, err)
		}
	}
}
