package pgtest_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func get[T any](t *testing.T, db *sqlx.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := db.Get(&v, query, args...); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDatabasesAreMigratedAndApart(t *testing.T) {
	a, b := pgtest.New(t), pgtest.New(t)
	current, latest, err := postgres.MigrationStatus(t.Context(), a.DB)
	if err != nil || current != latest || latest == 0 {
		t.Errorf("migrations: %d of %d, %v; want all", current, latest, err)
	}
	if v := get[string](t, a, `select postgis_lib_version()`); v == "" {
		t.Error("no PostGIS")
	}
	if _, err := a.Exec(`create table only_here ()`); err != nil {
		t.Fatal(err)
	}
	if get[bool](t, b, `select to_regclass('only_here') is not null`) {
		t.Error("one test's table shows up in another's database")
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	var name string
	t.Run("user", func(t *testing.T) {
		db := pgtest.New(t)
		name = get[string](t, db, `select current_database()`)
		// A connection that the test forgot must not keep the database.
		if _, err := db.Connx(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	db := pgtest.New(t)
	if get[bool](t, db, `select exists (select from pg_database where datname = $1)`, name) {
		t.Errorf("%s is still there", name)
	}
}

func TestManyAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	began := time.Now()
	const n = 8
	for range n {
		wg.Go(func() {
			db := pgtest.New(t)
			if _, err := db.Exec(`create table t ()`); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	t.Logf("%d databases in %s", n, time.Since(began).Round(time.Millisecond))
}

func TestDSN(t *testing.T) {
	db, err := sqlx.Connect("postgres", pgtest.NewDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if name := get[string](t, db, `select current_database()`); !strings.HasPrefix(name, "needmap_test_") {
		t.Errorf("database %s", name)
	}
}
