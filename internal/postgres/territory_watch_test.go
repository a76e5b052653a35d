package postgres_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// eventually waits for what another goroutine is to bring about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("%s: not within 20 s", what)
		case <-tick.C:
		}
	}
}

// moveSquare puts the only square elsewhere.
const moveSquare = `update municipality set name = 'Altrove', boundary = st_translate(boundary, $1, 0) where id = 1`

func nameAt(territory *postgres.Territory, p orb.Point) string {
	atlas, registry := territory.Snapshot()
	code, ok := registry.Locate(p)
	if !ok {
		return ""
	}
	m, _ := atlas.ByCode(code)
	return m.Name
}

func TestTerritoryReload(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 1)
	territory, err := postgres.NewTerritory(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	here, there := orb.Point{11.05, 41.05}, orb.Point{12.05, 41.05}
	if nameAt(territory, here) != "Comune 0" || nameAt(territory, there) != "" {
		t.Error("the square is not where it was drawn")
	}
	atlas, registry := territory.Snapshot()
	if err := territory.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, r := territory.Snapshot(); a != atlas || r != registry {
		t.Error("an unchanged territory was loaded again")
	}
	execute(t, db, moveSquare, 1)
	if nameAt(territory, here) != "Comune 0" {
		t.Error("a snapshot changed by itself")
	}
	if err := territory.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if nameAt(territory, here) != "" || nameAt(territory, there) != "Altrove" {
		t.Error("the square did not move")
	}
}

// TestTerritoryReloadKeepsWhatWorks when the database is away.
func TestTerritoryReloadKeepsWhatWorks(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 1)
	territory, err := postgres.NewTerritory(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := territory.Reload(ctx); err == nil {
		t.Error("a reload without a database gave no error")
	}
	if nameAt(territory, orb.Point{11.05, 41.05}) != "Comune 0" {
		t.Error("the territory went with the failed reload")
	}
}

func TestTerritoryOfAnEmptyDatabase(t *testing.T) {
	territory, err := postgres.NewTerritory(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if atlas, registry := territory.Snapshot(); len(atlas.All()) != 0 || registry == nil {
		t.Errorf("%d municipalities", len(atlas.All()))
	}
}

// TestTerritoryWatch hears of changes, also of one made while it was cut off.
func TestTerritoryWatch(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	insertSquares(t, db, 1)
	territory, err := postgres.NewTerritory(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, moveSquare, 1) // before anybody listens
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := territory.Watch(ctx, dsn, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if nameAt(territory, orb.Point{12.05, 41.05}) != "Altrove" {
		t.Error("the change before the watch was missed")
	}
	execute(t, db, moveSquare, 1)
	eventually(t, "a change", func() bool { return nameAt(territory, orb.Point{13.05, 41.05}) == "Altrove" })
	cut := value[int](t, db, `with cut as (select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%') select count(*) from cut`)
	if cut != 1 {
		t.Fatalf("%d listeners were cut off, want 1", cut)
	}
	execute(t, db, moveSquare, 1)
	eventually(t, "a change while cut off", func() bool { return nameAt(territory, orb.Point{14.05, 41.05}) == "Altrove" })
}
