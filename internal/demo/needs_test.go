package demo_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

const enough = 5_000

func allNeeds(t testing.TB, seed uint64, count int) (*demo.Network, *demo.Needs) {
	t.Helper()
	w := world(t, seed)
	network := demo.NewNetwork(w)
	return network, demo.NewNeeds(w, network, count)
}

func TestSameSeedSameDemo(t *testing.T) {
	network, needs := allNeeds(t, 5, 300)
	again, needsAgain := allNeeds(t, 5, 300)
	if !reflect.DeepEqual(network, again) {
		t.Error("two networks of one seed differ")
	}
	_, other := allNeeds(t, 6, 300)
	different := 0
	for i := range needs.Len() {
		if !reflect.DeepEqual(needs.Need(i), needsAgain.Need(i)) ||
			!reflect.DeepEqual(needs.History(i), needsAgain.History(i)) ||
			!reflect.DeepEqual(needs.Responses(i), needsAgain.Responses(i)) {
			t.Errorf("two needs %d of one seed differ", i)
		}
		if !reflect.DeepEqual(needs.Need(i), other.Need(i)) {
			different++
		}
	}
	if different < 290 {
		t.Errorf("only %d of 300 needs differ between two seeds", different)
	}
}

// TestEveryNeed draws seeds, counts and needs, and holds each to the rules.
func TestEveryNeed(t *testing.T) {
	_, boundaries := squares(t)
	var worlds []*demo.World
	var networks []*demo.Network
	for _, seed := range []uint64{0, 1, 1 << 63} {
		worlds = append(worlds, world(t, seed))
		networks = append(networks, demo.NewNetwork(worlds[len(worlds)-1]))
	}
	rapid.Check(t, func(rt *rapid.T) {
		count := rapid.IntRange(1, 100_000).Draw(rt, "count")
		which := rapid.IntRange(0, len(worlds)-1).Draw(rt, "world")
		network := networks[which]
		needs := demo.NewNeeds(worlds[which], network, count)
		for range 50 {
			i := rapid.IntRange(0, count-1).Draw(rt, "need")
			need := needs.Need(i)
			points := need.LocationKind == needmap.LocationExact || need.LocationKind == needmap.LocationArea
			if need.Location != nil && !(points && inside(boundaries, need.MunicipalityID, *need.Location)) {
				rt.Errorf("need %d, %s, at %v", i, need.LocationKind, need.Location)
			}
			if need.LocationKind == needmap.LocationExact && need.Location == nil {
				rt.Errorf("need %d is exact and has no point", i)
			}
			if need.Summary != nil && isPersonal(*need.Summary) {
				rt.Errorf("need %d says %q", i, *need.Summary)
			}
			checkPlace(rt, need)
			checkOrigin(rt, network, need)
			checkHistory(rt, need, needs.History(i))
			checkResponses(rt, need, needs.Responses(i))
		}
	})
}

// checkPlace keeps people in hiding and without a home off the map.
func checkPlace(t *rapid.T, need needmap.Need) {
	if need.Summary == nil || need.Location == nil {
		return
	}
	for _, word := range []string{"violenza", "in fuga", "sotto protezione", "senza dimora", "vive in auto"} {
		if strings.Contains(*need.Summary, word) {
			t.Errorf("%s has a point and says %q", need.ExternalID, *need.Summary)
		}
	}
}

func checkOrigin(t *rapid.T, network *demo.Network, need needmap.Need) {
	if (need.Origin == needmap.OriginSuspendedService) != (need.SuspensionID != nil) {
		t.Errorf("%s: origin %s, suspension %v", need.ExternalID, need.Origin, need.SuspensionID)
	}
	if need.SuspensionID == nil {
		return
	}
	stop := network.Suspensions[*need.SuspensionID-1]
	day := needmap.Date(need.ReportedAt.Format(time.DateOnly))
	if field := network.Services[stop.ServiceID-1].Field; field != need.Field {
		t.Errorf("%s: a need in %s blames a service in %s", need.ExternalID, need.Field, field)
	}
	if day < stop.From || stop.To != nil && day > *stop.To {
		t.Errorf("%s of %s blames a suspension from %s to %v", need.ExternalID, day, stop.From, stop.To)
	}
	for _, a := range network.ServiceAreas {
		if a.ServiceID == stop.ServiceID && a.MunicipalityID == need.MunicipalityID {
			return
		}
	}
	t.Errorf("%s blames a service that does not serve its municipality", need.ExternalID)
}

var until = time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)

func checkHistory(t *rapid.T, need needmap.Need, events []needmap.NeedEvent) {
	status, at := needmap.StatusReported, need.ReportedAt
	for _, e := range events {
		if e.At.Before(at) || !e.At.Before(until) {
			t.Errorf("%s: an event at %s comes after %s", need.ExternalID, e.At, at)
		}
		at = e.At
		if e.Kind == needmap.EventConfirmed {
			continue
		}
		if e.Kind != needmap.EventStatus || *e.FromStatus != status || *e.ToStatus == status {
			t.Errorf("%s is %s and then %+v", need.ExternalID, status, e)
		}
		status = *e.ToStatus
		ends := status == needmap.StatusClosed || status == needmap.StatusRejected
		if ends != (e.Reason != nil) {
			t.Errorf("%s becomes %s with reason %v", need.ExternalID, status, e.Reason)
		}
	}
	if status != need.Status {
		t.Errorf("%s is %s, its events end with %s", need.ExternalID, need.Status, status)
	}
	var last needmap.NeedEvent
	if len(events) > 0 {
		last = events[len(events)-1]
	}
	if confirmed := last.Kind == needmap.EventConfirmed; confirmed != (need.LastConfirmedAt != nil) ||
		confirmed && !last.At.Equal(*need.LastConfirmedAt) {
		t.Errorf("%s: last confirmed at %v, last event %+v", need.ExternalID, need.LastConfirmedAt, last)
	}
}

func checkResponses(t *rapid.T, need needmap.Need, responses []needmap.Response) {
	delivered, taken := 0, 0
	for _, r := range responses {
		switch r.Status {
		case needmap.ResponseDelivered:
			delivered += r.People
			taken += r.People
		case needmap.ResponseAccepted:
			taken += r.People
		case needmap.ResponseDeclined:
			if r.Reason == nil {
				t.Errorf("%s: declined without a reason", need.ExternalID)
			}
		}
		if r.People < 1 || r.ProposedAt.Before(need.ReportedAt) || r.UpdatedAt.Before(r.ProposedAt) || !r.UpdatedAt.Before(until) {
			t.Errorf("%s: response %+v", need.ExternalID, r)
		}
	}
	if delivered != need.PeopleAnswered || taken > need.People {
		t.Errorf("%s: %d of %d people answered, %d delivered, %d taken up", need.ExternalID, need.PeopleAnswered, need.People, delivered, taken)
	}
	takenUp := need.Status == needmap.StatusAssigned || need.Status == needmap.StatusInProgress || need.Status == needmap.StatusMet
	if takenUp && taken != need.People || need.Status == needmap.StatusMet && delivered != need.People {
		t.Errorf("%s is %s with %d of %d people taken up, %d delivered", need.ExternalID, need.Status, taken, need.People, delivered)
	}
}

// TestMixture keeps the demo telling: no word of a set is missing, the pandemic
// shows, and later needs come later.
func TestMixture(t *testing.T) {
	_, needs := allNeeds(t, demo.DefaultSeed, enough)
	fields, origins, statuses := map[needmap.Field]int{}, map[needmap.NeedOrigin]int{}, map[needmap.NeedStatus]int{}
	kinds, suspended := map[needmap.LocationKind]int{}, map[int]int{}
	for i := range needs.Len() {
		n := needs.Need(i)
		fields[n.Field]++
		origins[n.Origin]++
		statuses[n.Status]++
		kinds[n.LocationKind]++
		if n.Origin == needmap.OriginSuspendedService {
			suspended[n.ReportedAt.Year()]++
		}
		if y := n.ReportedAt.Year(); y < 2019 || y > 2026 {
			t.Errorf("need %d was reported at %s", i, n.ReportedAt)
		}
	}
	if len(fields) != len(needmap.Fields) || len(origins) != len(needmap.NeedOrigins) ||
		len(statuses) != len(needmap.NeedStatuses) || len(kinds) != len(needmap.LocationKinds) {
		t.Errorf("fields %v, origins %v, statuses %v, kinds %v", fields, origins, statuses, kinds)
	}
	if in := suspended[2020] + suspended[2021]; in < 100 || in < 2*(origins[needmap.OriginSuspendedService]-in) {
		t.Errorf("needs left by suspended services by year: %v", suspended)
	}
	if share := float64(kinds[needmap.LocationExact]) / enough; share < 0.5 || share > 0.65 {
		t.Errorf("%.2f of the needs have an exact place", share)
	}
}

func BenchmarkNeed(b *testing.B) {
	_, needs := allNeeds(b, 1, 1_000_000)
	for i := 0; b.Loop(); i++ {
		needs.Need(i % needs.Len())
	}
}
