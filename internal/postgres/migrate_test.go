package postgres_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestMigrateWithoutTheRight plays a server on which the user of needmap may not
// add extensions: the error says what an administrator has to do.
func TestMigrateWithoutTheRight(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	execute(t, db, `drop extension unaccent cascade`)
	execute(t, db, `do $$ begin create role needmap_plain; exception when duplicate_object then null; end $$`)
	plain, err := postgres.Open(t.Context(), dsn+` options='-c role=needmap_plain'`)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	err = postgres.Migrate(t.Context(), plain.DB)
	if needmap.ErrorCode(err) != needmap.CodeUnavailable || !strings.Contains(err.Error(), "CREATE EXTENSION unaccent") {
		t.Errorf("got %v", err)
	}
}

// TestMigrationsGoDownAndUp takes a full database back to what issue 2 had, and
// brings it up again with nothing lost that was there then.
func TestMigrationsGoDownAndUp(t *testing.T) {
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 300, Seed: 7})
	store := postgres.New(db)
	coordinator := needmap.Viewer{Role: needmap.RoleCoordinator, Actor: "test"}
	access, err := coordinator.Access(needmap.NewAtlas(nil))
	if err != nil {
		t.Fatal(err)
	}
	w := needmap.Write{Actor: "test", Role: needmap.RoleCoordinator, Access: access}
	open := ask[int64](t, db, `select id from need where status = 'REPORTED' order by id limit 1`)
	duplicate := needmap.EndDuplicate
	known := needmap.NeedVersion{ID: open, Version: 1}
	if err := store.ChangeNeed(t.Context(), w, known, access.Transition(needmap.StatusRejected, &duplicate, nil)); err != nil {
		t.Fatal(err)
	}
	needs := ask[string](t, db, `select count(*) || ' ' || sum(people) || ' ' || count(summary) from need`)
	if err := postgres.MigrateDownTo(t.Context(), db.DB, 4); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), db.DB); err != nil {
		t.Fatal(err)
	}
	if after := ask[string](t, db, `select count(*) || ' ' || sum(people) || ' ' || count(summary) from need`); after != needs {
		t.Errorf("needs %s, before %s", after, needs)
	}
	if findings := examined(t, db); len(findings) > 0 {
		t.Errorf("the doctor finds %v", findings)
	}
	if err := postgres.MigrateDownTo(t.Context(), db.DB, 0); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), db.DB); err != nil {
		t.Fatal(err)
	}
}
