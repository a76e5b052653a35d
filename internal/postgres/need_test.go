package postgres_test

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func needIDs(needs []*needmap.Need) []int64 {
	ids := []int64{}
	for _, n := range needs {
		ids = append(ids, n.ID)
	}
	return ids
}

// TestNeedsPerGroup compares pages of several groups at once with each group's
// own page: groups may overlap, be empty, or hold keys that are none.
func TestNeedsPerGroup(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 3)
	for i := range 8 {
		execute(t, db, rollupInsert, 1+5*i)
	}
	store := postgres.New(db)
	found, err := store.FindNeeds(t.Context(), needmap.NeedCriteria{}, needmap.NeedsNewest, needmap.Page{Limit: 500}, true)
	all := found.Needs
	if err != nil || len(all) != 96 {
		t.Fatalf("%d needs, %v", len(all), err)
	}
	rapid.Check(t, func(r *rapid.T) {
		groups := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 3, 99}), 0, 3), 0, 4).Draw(r, "groups")
		order := rapid.SampledFrom(needmap.NeedOrders).Draw(r, "order")
		page := needmap.Page{Limit: rapid.IntRange(0, 20).Draw(r, "limit"), Backward: rapid.Bool().Draw(r, "backward")}
		for _, side := range []**needmap.Position{&page.After, &page.Before} {
			if rapid.Bool().Draw(r, "side?") {
				*side = positionOf(rapid.SampledFrom(all).Draw(r, "position"), order)
			}
		}
		c := needmap.NeedCriteria{Fields: rapid.SampledFrom([][]needmap.Field{nil, needmap.Fields[:1], needmap.Fields[:3]}).Draw(r, "fields")}
		pages, more, err := store.FindNeedsPerGroup(r.Context(), groups, c, order, page)
		if err != nil || len(pages) != len(groups) || len(more) != len(groups) {
			r.Fatalf("%d pages and %d signs of more for %d groups, %v", len(pages), len(more), len(groups), err)
		}
		for i, group := range groups {
			want, err := store.FindNeeds(r.Context(), c.Narrow(group), order, page, i%2 == 0)
			if err != nil {
				r.Fatal(err)
			}
			if !slices.Equal(needIDs(pages[i]), needIDs(want.Needs)) || more[i] != want.More {
				r.Errorf("group %v: %v more %v, want %v more %v", group, needIDs(pages[i]), more[i], needIDs(want.Needs), want.More)
			}
		}
	})
}

func positionOf(n *needmap.Need, order needmap.NeedOrder) *needmap.Position {
	p := &needmap.Position{Moment: n.ReportedAt, ID: n.ID}
	switch order {
	case needmap.NeedsMostSevere:
		p.Number = int64(n.Severity)
	case needmap.NeedsMostPeople:
		p.Number = int64(n.People)
	}
	return p
}

// TestNearAnywhere looks around points where degrees are of little use: the box
// that the index is asked for must hold the whole disc.
func TestNearAnywhere(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 1)
	points := []orb.Point{{0, 0}, {179.99, 0}, {-179.99, 0}, {10, 89.99}, {-170, 89.99}, {60, -89.5}, {12.5, 41.9}, {12.5, 80}}
	for _, p := range points {
		execute(t, db, `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location, location_kind)
			values (1, 'MINORS', 'KNOWN', 'REPORTED', 1, 1, now(), st_setsrid(st_makepoint($1, $2), 4326), 'EXACT')`, p[0], p[1])
	}
	store := postgres.New(db)
	for _, c := range []struct {
		near needmap.Near
		want []int64 // numbers of the points, from 1
	}{
		{needmap.Near{Longitude: 0, Latitude: 0, RadiusMetres: 1}, []int64{1}},
		{needmap.Near{Longitude: 0.009, Latitude: 0, RadiusMetres: 1000}, nil},        // 1001.9 m
		{needmap.Near{Longitude: 0, Latitude: 0.009, RadiusMetres: 1000}, []int64{1}}, // 995.2 m
		{needmap.Near{Longitude: 180, Latitude: 0, RadiusMetres: 1200}, []int64{2, 3}},
		{needmap.Near{Longitude: 179.995, Latitude: 0, RadiusMetres: 600}, []int64{2}},
		{needmap.Near{Longitude: 179.995, Latitude: 0, RadiusMetres: 1700}, []int64{2, 3}},
		{needmap.Near{Longitude: 0, Latitude: 90, RadiusMetres: 1200}, []int64{4, 5}},
		{needmap.Near{Longitude: 10, Latitude: 89.99, RadiusMetres: 2300}, []int64{4, 5}}, // over the pole: 2,234 m
		{needmap.Near{Longitude: -120, Latitude: -89.5, RadiusMetres: 112_000}, []int64{6}},
		{needmap.Near{Longitude: 0, Latitude: 80, RadiusMetres: 245_000}, []int64{8}},        // 242 km along the great circle
		{needmap.Near{Longitude: 12.5, Latitude: 32.9, RadiusMetres: 1_000_000}, []int64{7}}, // 999 km
	} {
		found, err := store.FindNeeds(t.Context(), needmap.NeedCriteria{Near: &c.near}, needmap.NeedsNewest, needmap.Page{Limit: 50}, true)
		got := needIDs(found.Needs)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("within %v m of (%v, %v): %v, want %v, %v", c.near.RadiusMetres, c.near.Longitude, c.near.Latitude, got, c.want, err)
		}
	}
}

func TestNeedDetails(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 1)
	execute(t, db, patient)
	execute(t, db, `insert into need_event (need_id, at, kind) values (1, '2024-03-02', 'UPDATED'), (1, '2024-03-01', 'CONFIRMED'), (1, '2024-03-02', 'CONFIRMED')`)
	store := postgres.New(db)
	needs, err := store.NeedsByID(t.Context(), needmap.Access{}, []int64{7, 1, 1})
	if err != nil || len(needs) != 1 || needs[0].ID != 1 || *needs[0].Location != (orb.Point{11.05, 41.05}) || needs[0].Summary != nil {
		t.Errorf("%+v, %v", needs, err)
	}
	responses, err := store.Responses(t.Context(), []int64{1, 2})
	if err != nil || len(responses) != 1 || len(responses[1]) != 1 || responses[1][0].ServiceID != nil || responses[1][0].Status != needmap.ResponseDelivered {
		t.Errorf("%+v, %v", responses, err)
	}
	byID, err := store.ResponsesByID(t.Context(), needmap.Access{}, []int64{1, 5})
	if err != nil || len(byID) != 1 || byID[0].NeedID != 1 {
		t.Errorf("%+v, %v", byID, err)
	}
	events, err := store.NeedEvents(t.Context(), []int64{1})
	if err != nil || len(events[1]) != 3 || events[1][0].Kind != needmap.EventConfirmed || events[1][1].Kind != needmap.EventUpdated || events[1][0].ToStatus != nil {
		t.Errorf("%+v, %v", events, err)
	}
	none, err := store.NeedsByID(t.Context(), needmap.Access{}, nil)
	if err != nil || len(none) != 0 {
		t.Errorf("%+v, %v", none, err)
	}
}
