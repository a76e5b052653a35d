package graph

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// plainStore gives the same few needs whatever is asked.
type plainStore struct {
	Store
	needs   []*needmap.Need
	tallies []needmap.LocalTally
}

func (s plainStore) FindNeeds(context.Context, needmap.NeedCriteria, needmap.NeedOrder, needmap.Page, bool) (needmap.NeedPage, error) {
	return needmap.NeedPage{Needs: s.needs, More: true}, nil
}

func (s plainStore) FindServices(context.Context, needmap.ServiceCriteria, needmap.Page) ([]*needmap.Service, bool, error) {
	age, metres, word := 14, 2000, "educatore"
	return []*needmap.Service{
		{ID: 1, Name: "Doposcuola", SortName: "doposcuola", Field: needmap.FieldMinors, Specialisation: &word, Status: needmap.ServiceActive,
			Provision: needmap.ProvisionMutualAid, IsPilot: true, Capacity: 20, PeopleReached: 31, CatchmentMetres: &metres, MinimumAge: &age,
			MaximumAge: &age, Location: &orb.Point{12.5, 41.9}, LocationKind: needmap.LocationExact, IsSynthetic: true},
		{ID: 2, Name: `"Casa"`, Field: needmap.FieldElderly, Status: needmap.ServiceClosed, Provision: needmap.ProvisionPrivate, LocationKind: needmap.LocationUndisclosed},
	}, false, nil
}

func (s plainStore) CountNeeds(context.Context, needmap.NeedCriteria) (int, error) { return 7, nil }

func (s plainStore) TallyNeeds(context.Context, needmap.NeedCriteria) ([]needmap.LocalTally, error) {
	return s.tallies, nil
}

// onePlace is a territory of one municipality.
type onePlace struct {
	atlas    *needmap.Atlas
	registry *territory.Registry
}

func (p onePlace) Snapshot() (*needmap.Atlas, *territory.Registry) { return p.atlas, p.registry }

func plainSite(t *testing.T) (Store, Territory) {
	t.Helper()
	square := orb.MultiPolygon{{{{12, 41}, {13, 41}, {13, 42}, {12, 42}, {12, 41}}}}
	place := &needmap.Municipality{
		ID: 3, Code: "058091", Kind: needmap.KindComune, Name: `Roma "capitale"`, ProvinceCode: "058",
		ProvinceName: "Roma", RegionCode: "12", RegionName: "Lazio", IsLocal: true,
	}
	registry, err := territory.NewRegistry([]territory.Unit{{Code: place.Code, Kind: "COMUNE", Name: place.Name, Local: true, Boundary: square}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)
	summary := "è \"urgente\"\n\u2028 <b>&"
	needs := []*needmap.Need{
		{ID: 1, MunicipalityID: 3, Field: needmap.FieldMinors, Origin: needmap.OriginKnown, Status: needmap.StatusMet, Severity: 5,
			People: 4, PeopleAnswered: 4, Summary: &summary, ReportedAt: at, LastConfirmedAt: &at, Location: &orb.Point{12.5, 41.9},
			LocationKind: needmap.LocationExact, Version: 2, IsSynthetic: true},
		{ID: 2, MunicipalityID: 3, Field: needmap.FieldElderly, Origin: needmap.OriginEmerging, Status: needmap.StatusReported, Severity: 1,
			People: 1, ReportedAt: at.Add(-time.Hour), LocationKind: needmap.LocationUndisclosed, Version: 1},
	}
	tallies := []needmap.LocalTally{{MunicipalityID: 3, Field: needmap.FieldMinors, Tally: needmap.Tally{Needs: 1, OpenNeeds: 2, People: 3, OpenPeople: 4, PeopleAnswered: 5}}}
	return plainStore{needs: needs, tallies: tallies}, onePlace{needmap.NewAtlas([]*needmap.Municipality{place}), registry}
}

// TestPlainListsChangeNothing asks random selections with and without the
// extension: the answers are equal, in values and in the order of members.
func TestPlainListsChangeNothing(t *testing.T) {
	store, place := plainSite(t)
	schema := NewSchema(store, place)
	usual := gqlhttp.NewHandler(schema, gqlhttp.Options{})
	plain := gqlhttp.NewHandler(schema, gqlhttp.Options{Extensions: []graphql.HandlerExtension{PlainLists{}}})
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.SampledFrom([]func(*rapid.T) string{needsQuery, servicesQuery, needMapQuery}).Draw(t, "query")(t)
		want, got := post(t, usual, query), post(t, plain, query)
		if want != got {
			t.Fatalf("%s\nusual: %s\nplain: %s", query, want, got)
		}
		if strings.Contains(want, `"errors"`) {
			t.Fatalf("%s\n%s", query, want)
		}
	})
}

func needsQuery(t *rapid.T) string {
	need := selection(t, plainNeed, "allowedTransitions", "...on Node{id}", "...on Need@include(if:false){version}", "a:people b:people")
	return rapid.SampledFrom([]string{
		"{needs{totalCount nodes" + need + "}}",
		"{needs{edges{cursor c:cursor __typename node" + need + "}pageInfo{hasNextPage}}}",
		"query($v:Boolean=true){needs{n:nodes{people@skip(if:$v) ...F}}} fragment F on Need" + need,
	}).Draw(t, "shape")
}

func servicesQuery(t *rapid.T) string {
	service := selection(t, plainService, "...on Node{id}", "a:capacity b:capacity")
	return rapid.SampledFrom([]string{
		"{services{nodes" + service + "}}",
		"{services{edges{cursor node" + service + "}}}",
	}).Draw(t, "shape")
}

func needMapQuery(t *rapid.T) string {
	return "{needMap{totals{needs}cells" + selection(t, plainNeedMapCell) + "}}"
}

// selection draws some fields of a type, each with what it needs below.
func selection(t *rapid.T, of *plainType, others ...string) string {
	choices := append([]string{}, others...)
	for _, name := range slices.Sorted(maps.Keys(of.fields)) {
		field := of.fields[name]
		if field.of != nil {
			name += selection(t, field.of)
		}
		choices = append(choices, name)
	}
	// Each once: fields repeated at every depth multiply past the server's limit.
	drawn := rapid.SliceOfNDistinct(rapid.SampledFrom(choices), 1, min(8, len(choices)), rapid.ID).Draw(t, "fields")
	return "{" + strings.Join(drawn, " ") + "}"
}

// TestPlainListIsUsed guards against a test that compares gqlgen with itself.
func TestPlainListIsUsed(t *testing.T) {
	steps, ok := plainNeed.compile(&graphql.OperationContext{}, nil)
	if !ok || len(steps) != 0 {
		t.Fatal("an empty selection is plain")
	}
	store, place := plainSite(t)
	h := gqlhttp.NewHandler(NewSchema(store, place), gqlhttp.Options{Extensions: []graphql.HandlerExtension{PlainLists{}}})
	query := "{needs{nodes{id field origin status severity people reportedAt municipality{name}}}}"
	few := testing.AllocsPerRun(50, func() { post(t, h, query) })
	many := plainStoreOf(store, 200)
	h = gqlhttp.NewHandler(NewSchema(many, place), gqlhttp.Options{Extensions: []graphql.HandlerExtension{PlainLists{}}})
	lots := testing.AllocsPerRun(50, func() { post(t, h, query) })
	if perNeed := (lots - few) / 198; perNeed > 5 {
		t.Errorf("%.1f allocations a need: the list was not written plainly", perNeed)
	}
}

func plainStoreOf(store Store, n int) Store {
	s := store.(plainStore)
	needs := make([]*needmap.Need, n)
	for i := range needs {
		needs[i] = s.needs[i%len(s.needs)]
	}
	s.needs = needs
	return s
}

// post runs a query as COORDINATOR.
func post(t interface{ Fatal(...any) }, h http.Handler, query string) string {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(needmap.WithViewer(r.Context(), needmap.Viewer{Role: needmap.RoleCoordinator})))
	answer, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
