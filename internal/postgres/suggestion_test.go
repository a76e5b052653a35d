package postgres_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestCandidates looks at services from needs: 1 has no point, 2 is at 11.05 41.04,
// 3 and 4 lie on two sides of the middle of one grid cell. Services 1 and 2 lie a
// hundredth of a degree north and east of need 2, which is 1,110.5 m of meridian
// and 840.9 m of parallel there; 3 has no place, 4 is closed, 5 serves nothing.
func TestCandidates(t *testing.T) {
	db, store := answering(t, 5, 4)
	execute(t, db, `update service set location = st_setsrid(st_point(11.05, 41.05), 4326), location_kind = 'EXACT', catchment_metres = 700, minimum_age = 6 where id = 1`)
	execute(t, db, `update service set location = st_setsrid(st_point(11.06, 41.04), 4326), maximum_age = 9, status = 'SUSPENDED' where id = 2`)
	execute(t, db, `update service set status = 'CLOSED' where id = 4`)
	execute(t, db, `delete from service_area where service_id = 5`)
	execute(t, db, `update need set location = st_setsrid(st_point(11.05, 41.04), 4326), location_kind = 'EXACT' where id = 2`)
	execute(t, db, `
update need set location = st_translate(grid_cell_centre(st_setsrid(st_point(11.07, 41.07), 4326)), case id when 3 then -0.003 else 0.003 end, 0),
  location_kind = 'AREA' where id > 2`)
	all := writeAs(t, "", "", nil).Access
	cells, err := needmap.Viewer{Role: needmap.RoleAnalyst}.Access(nil)
	if err != nil {
		t.Fatal(err)
	}
	find := func(a needmap.Access, need int64) map[int]needmap.Candidate {
		list, err := store.Candidates(t.Context(), a, need)
		if err != nil {
			t.Fatal(err)
		}
		byID := map[int]needmap.Candidate{}
		for _, c := range list {
			byID[c.ServiceID] = c
		}
		return byID
	}
	from2 := find(all, 2)
	if len(from2) != 4 {
		t.Errorf("%d candidates: %v", len(from2), from2)
	}
	for id, metres := range map[int]float64{1: 1110.5, 2: 840.9} {
		if d := from2[id].DistanceMetres; d == nil || math.Abs(*d-metres) > 1 {
			t.Errorf("service %d is %v m away, want %v", id, d, metres)
		}
	}
	first := from2[1]
	first.DistanceMetres = nil
	six, radius := 6, 700
	if want := (needmap.Candidate{
		ServiceID: 1, Field: needmap.FieldMinors, Status: needmap.ServiceActive, Capacity: 5, CatchmentMetres: &radius, MinimumAge: &six, Serves: true,
	}); !reflect.DeepEqual(first, want) {
		t.Errorf("service 1: %+v", first)
	}
	if from2[2].Status != needmap.ServiceSuspended || *from2[2].MaximumAge != 9 || from2[3].DistanceMetres != nil || from2[5].Serves {
		t.Errorf("candidates %+v", from2)
	}
	if from1 := find(all, 1); from1[1].DistanceMetres != nil {
		t.Errorf("from nowhere it is %v m away", *from1[1].DistanceMetres)
	}
	if *find(all, 3)[1].DistanceMetres == *find(all, 4)[1].DistanceMetres {
		t.Error("two points are equally far from a service that is nearer to one")
	}
	if !reflect.DeepEqual(find(cells, 3), find(cells, 4)) {
		t.Error("who sees cells can tell two points of one apart")
	}
	if middle := ask[float64](t, db, `select st_distance(s.location::geography, grid_cell_centre(n.location)::geography)
from service s, need n where s.id = 1 and n.id = 3`); math.Abs(*find(cells, 3)[1].DistanceMetres-middle) > 0.001 {
		t.Error("who sees cells is not told the distance of the middle of one")
	}
}

// TestPlacesHeld counts offered and agreed responses only.
func TestPlacesHeld(t *testing.T) {
	db, store := answering(t, 3, 2)
	execute(t, db, `
insert into response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at) values
 (1, 1, 1, 1, 'PROPOSED', null, now(), now()), (2, 1, 1, 2, 'ACCEPTED', null, now(), now()),
 (1, 1, 1, 4, 'DELIVERED', null, now(), now()), (1, 1, 1, 5, 'DECLINED', 'x', now(), now()),
 (1, 1, null, 5, 'PROPOSED', null, now(), now()), (1, 1, 2, 1, 'PROPOSED', null, now(), now())`)
	held, err := store.PlacesHeld(t.Context(), []int{1, 3, 99})
	if err != nil || !reflect.DeepEqual(held, map[int]int{1: 3}) {
		t.Errorf("held %v, %v", held, err)
	}
}
