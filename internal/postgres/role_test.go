package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// openRole opens a database twice: as its owner, and as the server does.
func openRole(t *testing.T) (owner, server *sqlx.DB) {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	owner, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { owner.Close() })
	if dsn, err = postgres.ServerDSN(dsn); err != nil {
		t.Fatal(err)
	}
	if server, err = postgres.OpenServer(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return owner, server
}

const oneNeed = `
insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind) values (1, 'MINORS', 'KNOWN', 'REPORTED', 3, 2, now(), 'AREA');
insert into need_event (need_id, at, kind) values (1, now(), 'CONFIRMED');
insert into directory_event (object, object_id, actor, actor_role) values ('service', 1, 'a', 'ADMIN');
select log_location_read('a', 'ADMIN', '{1}')`

// TestServerRole tries what the server must not be able to do, and what it must.
func TestServerRole(t *testing.T) {
	owner, server := openRole(t)
	insertSquares(t, owner, 1)
	execute(t, owner, oneNeed)
	execute(t, owner, `insert into token (name, hash, role, expires_at) values ('x', decode(repeat('00', 32), 'hex'), 'ADMIN', now())`)
	for _, log := range []string{"need_event", "directory_event", "location_read"} {
		execute(t, server, "grant all on "+log+" to needmap_server") // without the right to, it is only warned
		for _, statement := range []string{
			`update %s set actor = 'b'`, `delete from %s`, `truncate %s`, `drop table %s`, `alter table %s disable trigger all`,
			`alter table %s owner to needmap_server`, `create rule r as on insert to %s do instead nothing`,
			`create trigger t before insert on %s for each row execute function suppress_redundant_updates_trigger()`,
			`select * from %s for update`, `merge into %s using (select 1) s on true when matched then delete`,
		} {
			refusedToServer(t, server, fmt.Sprintf(statement, log))
		}
	}
	for _, statement := range []string{
		`delete from need`, `truncate need cascade`, `alter table need disable trigger all`, `drop table need cascade`,
		`insert into token (name, hash, role, expires_at) values ('y', decode(repeat('01', 32), 'hex'), 'ADMIN', now() + interval '1 day')`,
		`update token set revoked_at = null`, `update token set role = 'ADMIN'`, `delete from token`,
		`insert into municipality (code) values ('056002')`, `update municipality set name = 'x'`, `delete from municipality`,
		`update published_figures set people_reached = 1`, `update territory_version set version = 0`, `delete from goose_db_version`,
		`create table mine ()`, `create schema mine`, `create extension citext`, `create role mine`, `drop role needmap_server`,
		`alter role needmap_server superuser`, `alter role needmap_server login`, `alter database postgres set role = none`,
		`create function public.f() returns int language sql return 1`, `drop function need_event_written() cascade`,
		`set session_replication_role = replica`, `copy need to program 'true'`, `copy need to '/tmp/needmap-role-test'`, `select pg_read_file('/etc/passwd')`,
	} {
		refusedToServer(t, server, statement)
	}
	execute(t, server, strings.Replace(oneNeed, "kind) values (1, now()", "kind) values (2, now()", 1))
	execute(t, server, `update need set people = 3 where id = 2`)
	for table, want := range map[string]int{"need": 2, "need_event": 2, "directory_event": 2, "location_read": 2, "token": 1} {
		if n := value[int](t, server, "select count(*) from "+table); n != want {
			t.Errorf("%d rows of %s, want %d", n, table, want)
		}
	}
}

func refusedToServer(t *testing.T, server *sqlx.DB, statement string) {
	t.Helper()
	_, err := server.ExecContext(t.Context(), statement)
	if pq.As(err, pqerror.InsufficientPrivilege) == nil {
		t.Errorf("%s: %v, want it refused for want of the right", statement, err)
	}
}

// TestResetRole tells what SQL could do that somebody smuggled in: RESET does not
// lead back to the owner, but SET ROLE does, for who logged in as the owner.
func TestResetRole(t *testing.T) {
	_, server := openRole(t)
	conn, err := server.Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, c := range []struct {
		statement string
		stays     bool
	}{
		{`reset role`, true}, {`reset all`, true}, {`set role none`, false}, {`reset role`, true},
	} {
		if _, err := conn.ExecContext(t.Context(), c.statement); err != nil {
			t.Fatal(err)
		}
		var role string
		if err := conn.GetContext(t.Context(), &role, `select current_user`); err != nil || (role == postgres.ServerRole) != c.stays {
			t.Errorf("after %s the role is %s, %v", c.statement, role, err)
		}
	}
}

// TestServerRoleOfItsOwnUser is the safer way: who logs in is a member of the
// role and owns nothing, so that no statement leads further. Migrate finds
// nothing to do.
func TestServerRoleOfItsOwnUser(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	owner, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	execute(t, owner, `do $$ begin create role needmap_web_test login in role needmap_server; exception when duplicate_object then null; end $$`)
	dsn += " user=needmap_web_test"
	web, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	if err := postgres.Migrate(t.Context(), web.DB); err != nil {
		t.Errorf("migrating: %v", err)
	}
	if dsn, err = postgres.ServerDSN(dsn); err != nil {
		t.Fatal(err)
	}
	server, err := postgres.OpenServer(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, statement := range []string{`set role needmap`, `set role none; delete from need_event`, `set session authorization needmap`} {
		refusedToServer(t, server, statement)
	}
}

func TestServerDSN(t *testing.T) {
	t.Setenv("PGOPTIONS", "")
	for dsn, want := range map[string]string{
		"host=/run dbname=needmap": "host=/run dbname=needmap options='-c role=needmap_server'",
		"":                         " options='-c role=needmap_server'",
		"options='-c search_path=a\\\\ b,c' host=h":                  "options='-c search_path=a\\\\ b,c' host=h options='-c search_path=a\\\\ b,c -c role=needmap_server'",
		"postgres://u:p%40@h:5433/d?sslmode=disable":                 "postgres://u:p%40@h:5433/d?options=-c+role%3Dneedmap_server&sslmode=disable",
		"postgresql://h/d":                                           "postgresql://h/d?options=-c+role%3Dneedmap_server",
		"postgres://h/d?options=-c%20role%3Dpostgres&sslmode=prefer": "postgres://h/d?options=-c+role%3Dpostgres+-c+role%3Dneedmap_server&sslmode=prefer",
	} {
		if got, err := postgres.ServerDSN(dsn); err != nil || got != want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", dsn, got, err, want)
		}
	}
	t.Setenv("PGOPTIONS", "-c statement_timeout=5s")
	if got, err := postgres.ServerDSN("host=h"); err != nil || got != "host=h options='-c statement_timeout=5s -c role=needmap_server'" {
		t.Errorf("with PGOPTIONS: %s, %v", got, err)
	}
	for _, dsn := range []string{"nonsense", "password='secret", "postgres://u:secret@h:port/d"} {
		_, err := postgres.ServerDSN(dsn)
		if needmap.ErrorCode(err) != needmap.CodeUnavailable || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}

// TestServerDSNChangesTheOptionsOnly of any address, as lib/pq reads it.
func TestServerDSNChangesTheOptionsOnly(t *testing.T) {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z '\\=%?&@:/-]{0,12}`)
		password, options := text.Draw(t, "password"), text.Draw(t, "options")
		before := fmt.Sprintf("host=h password='%s' options='%s' dbname=d", quote.Replace(password), quote.Replace(options))
		after, err := postgres.ServerDSN(before)
		if err != nil {
			t.Fatal(err)
		}
		was, err := pq.NewConfig(before)
		if err != nil {
			t.Fatal(err)
		}
		is, err := pq.NewConfig(after)
		if err != nil {
			t.Fatal(err)
		}
		if is.Password != password || is.Database != "d" || is.Host != "h" || is.Options != strings.TrimSpace(was.Options+" -c role=needmap_server") {
			t.Errorf("%s\nbecame %s", before, after)
		}
	})
}

// TestOpenServerWantsTheRole opens an address without it.
func TestOpenServerWantsTheRole(t *testing.T) {
	_, err := postgres.OpenServer(t.Context(), pgtest.NewDSN(t))
	if needmap.ErrorCode(err) != needmap.CodeUnavailable || !strings.Contains(err.Error(), postgres.ServerRole) {
		t.Errorf("got %v", err)
	}
}

// TestServerRoleIsEnough for what the server does beside answering: it follows
// the territory, and looks at the demo.
func TestServerRoleIsEnough(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	owner, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := postgres.LoadDemo(t.Context(), owner, postgres.DemoOptions{Needs: 5, Seed: demo.DefaultSeed}); err != nil {
		t.Fatal(err)
	}
	if dsn, err = postgres.ServerDSN(dsn); err != nil {
		t.Fatal(err)
	}
	server, err := postgres.OpenServer(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	territory, err := postgres.NewTerritory(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := territory.Watch(ctx, dsn, discard()); err != nil {
		t.Fatal(err)
	}
	if synthetic, err := postgres.HoldsSynthetic(t.Context(), server); err != nil || !synthetic {
		t.Errorf("synthetic %v, %v", synthetic, err)
	}
	execute(t, owner, `update municipality set name = 'Altrove' where code = '058091'`)
	eventually(t, "the new name", func() bool {
		atlas, _ := territory.Snapshot()
		m, _ := atlas.ByCode("058091")
		return m.Name == "Altrove"
	})
	for name, statement := range postgres.ReadStatements {
		mustPrepare(t, server, name, statement)
	}
}
