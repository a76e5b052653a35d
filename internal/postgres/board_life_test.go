package postgres_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// boardLife is a world in which every kind of change happens, one after the other.
type boardLife struct {
	t         *testing.T
	db        *sqlx.DB
	store     *postgres.Store
	atlas     *needmap.Atlas
	needs     []int64
	responses []int64
	made      int // the service that a step makes
}

// newBoardLife has four municipalities and two organisations: a has a service for
// the elderly in municipalities 1 and 2, and one for those within 3 km of a place,
// from 65 years on; b one for minors in municipality 1.
func newBoardLife(t *testing.T) *boardLife {
	t.Helper()
	db, store := collecting(t)
	execute(t, db, `
insert into service (organisation_id, name, field, status, provision, capacity, minimum_age, catchment_metres, location, location_kind) values
 (1, 'Centro', 'ELDERLY', 'ACTIVE', 'PRIVATE', 9, null, null, null, 'AREA'),
 (1, 'Vicino', 'ELDERLY', 'ACTIVE', 'PRIVATE', 4, 65, 3000, st_setsrid(st_makepoint(11.05, 41.05), 4326), 'EXACT'),
 (2, 'Minori', 'MINORS', 'ACTIVE', 'PRIVATE', 5, null, null, null, 'AREA')`)
	execute(t, db, `insert into service_area values (1, 1), (1, 2), (3, 1)`)
	return &boardLife{t: t, db: db, store: store, atlas: atlasOf(t, db)}
}

// lifeStep is one change.
type lifeStep struct {
	name string
	do   func(l *boardLife)
}

// reported is a need of now.
func reportedNow(municipality, people int, field needmap.Field) *needmap.Need {
	n := lacking(municipality, people)
	n.Field, n.ReportedAt = field, time.Now()
	return n
}

func (l *boardLife) report(needs ...*needmap.Need) {
	l.needs = append(l.needs, mustReport(l.t, l.store, needs...)...)
}

// known is the i-th need that was reported, in its present version.
func (l *boardLife) known(i int) needmap.NeedVersion {
	return needmap.NeedVersion{ID: l.needs[i], Version: ask[int](l.t, l.db, `select version from need where id = $1`, l.needs[i])}
}

func (l *boardLife) change(i int, change needmap.NeedChange) {
	l.t.Helper()
	if err := l.store.ChangeNeed(l.t.Context(), byCoordinator(""), l.known(i), change); err != nil {
		l.t.Fatal(err)
	}
}

func (l *boardLife) update(i int, update needmap.NeedUpdate) {
	l.t.Helper()
	l.change(i, needmap.Reporting{Access: byCoordinator("").Access, Atlas: l.atlas}.Update(update))
}

func (l *boardLife) transition(i int, to needmap.NeedStatus, code *needmap.EndReason) {
	l.t.Helper()
	l.change(i, byCoordinator("").Access.Transition(to, code, nil))
}

// offer keeps the response's key.
func (l *boardLife) offer(i, service, people int) {
	l.t.Helper()
	l.responses = append(l.responses, mustRespond(l.t, l.store, offered(l.needs[i], service, people)).ResponseID)
}

func (l *boardLife) answer(response int, change needmap.ResponseChange) {
	l.t.Helper()
	id := l.responses[response]
	version := ask[int](l.t, l.db, `select version from response where id = $1`, id)
	if rest := mustChange(l.t, l.store, id, version, change).RestID; rest != nil {
		l.responses = append(l.responses, *rest)
	}
}

func (l *boardLife) merge(into int, duplicates ...int) {
	l.t.Helper()
	m := needmap.Merge{Into: l.known(into)}
	for _, i := range duplicates {
		m.Duplicates = append(m.Duplicates, l.known(i))
	}
	if _, err := l.store.MergeNeeds(l.t.Context(), byCoordinator(""), m); err != nil {
		l.t.Fatal(err)
	}
}

func (l *boardLife) unmerge(from int) {
	l.t.Helper()
	if _, err := l.store.UnmergeNeeds(l.t.Context(), byCoordinator(""), needmap.Unmerge{From: l.known(from)}); err != nil {
		l.t.Fatal(err)
	}
}

func (l *boardLife) serviceVersion(id int) int {
	return ask[int](l.t, l.db, `select version from service where id = $1`, id)
}

func (l *boardLife) suspend(service int, from needmap.Date) {
	l.t.Helper()
	suspending(l.t, l.store, needmap.NewSuspension{ServiceID: service, Version: l.serviceVersion(service), From: from, Reason: "Lavori", MarkNeeds: true})
}

func (l *boardLife) resume(service int) {
	l.t.Helper()
	r := needmap.Resumption{ServiceID: service, Version: l.serviceVersion(service)}
	if _, err := l.store.ResumeService(l.t.Context(), byCoordinator(""), r); err != nil {
		l.t.Fatal(err)
	}
}

// create makes a service without a place.
func (l *boardLife) create() {
	l.t.Helper()
	id, err := l.store.CreateService(l.t.Context(), byCoordinator(""), &needmap.ServiceDraft{Service: needmap.Service{
		OrganisationID: 2, Name: "Nuovo", Field: needmap.FieldElderly, Status: needmap.ServiceActive,
		Provision: needmap.ProvisionPrivate, Capacity: 7, LocationKind: needmap.LocationArea,
	}, MunicipalityIDs: []int{1, 3}})
	if err != nil {
		l.t.Fatal(err)
	}
	l.made = id
}

// edit changes a service.
func (l *boardLife) edit(id int, change func(*needmap.ServiceDraft)) {
	l.t.Helper()
	known := needmap.Known{ID: id, Version: l.serviceVersion(id)}
	_, err := l.store.UpdateService(l.t.Context(), byCoordinator(""), known, func(d *needmap.ServiceDraft) error {
		change(d)
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *boardLife) delete(id int) {
	l.t.Helper()
	if _, err := l.store.DeleteService(l.t.Context(), byCoordinator(""), id); err != nil {
		l.t.Fatal(err)
	}
}

// elderlyAt is a need of now at a place in municipality 1, 1 km from the service
// Vicino and beyond its catchment at 0.04 degrees.
func elderlyAt(degrees float64, minimum int) *needmap.Need {
	n := reportedNow(1, 5, needmap.FieldElderly)
	n.Location, n.LocationKind, n.MinimumAge = &orb.Point{11.05 + degrees, 41.05}, needmap.LocationExact, &minimum
	return n
}
