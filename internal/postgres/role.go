package postgres

import (
	"context"
	"database/sql"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ServerRole is the role that a server works as: it can add to the history and
// never change it. Roles belong to a whole PostgreSQL server, not to a database.
const ServerRole = "needmap_server"

// makeServerRole makes sure of the role and that this user may work as it.
func makeServerRole(ctx context.Context, db *sql.DB) error {
	_, refused := db.ExecContext(ctx, sqlServerRole)
	if refused == nil {
		return nil
	}
	if code := pq.As(refused, pqerror.InsufficientPrivilege); code == nil {
		return failed(refused)
	}
	return needmap.Unavailable(refused, "the database's user may not make the role "+ServerRole+": let an administrator run "+
		"CREATE ROLE "+ServerRole+" NOLOGIN and GRANT it to this user")
}

// Two programs may come at once; the second finds the role.
const sqlServerRole = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'needmap_server') then
    begin
      create role needmap_server nologin;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end if;
  if not pg_has_role('needmap_server', 'member') then
    execute format('grant needmap_server to %I', current_user);
  end if;
end $$`

// ServerLogin lets ServerRole log in by itself, and gives the address (key=value
// pairs) by which it does: not even SET ROLE leads from there to the owner. It is
// for a cluster that needs no passwords.
func ServerLogin(ctx context.Context, owner *sqlx.DB, dsn string) (string, error) {
	_, err := owner.ExecContext(ctx, sqlServerLogin)
	return dsn + " user=" + ServerRole, failed(err)
}

const sqlServerLogin = `alter role needmap_server login`

// ServerDSN gives the address of the same database for who works as ServerRole
// from the first statement of each connection on. It takes key=value pairs and
// URLs, and keeps other options that they, or PGOPTIONS, set.
//
// RESET ROLE stays with ServerRole. SET ROLE to the user who logged in does not:
// needmap never says it, and a user who owns nothing has nothing to gain by it.
func ServerDSN(dsn string) (string, error) {
	config, err := pq.NewConfig(dsn)
	if err != nil {
		return "", needmap.Unavailable(err, "the database address can't be read")
	}
	options := strings.TrimSpace(config.Options + " -c role=" + ServerRole) // the last one counts
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " options='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(options) + "'", nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", needmap.Unavailable(err, "the database address can't be read")
	}
	query := u.Query()
	query.Set("options", options)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// OpenServer is Open for an address from ServerDSN. It makes sure that the role
// is in force: a connection pooler on the way may drop it without a word.
func OpenServer(ctx context.Context, dsn string) (*sqlx.DB, error) {
	db, err := Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	var role string
	if err := db.GetContext(ctx, &role, sqlCurrentRole); err != nil {
		db.Close()
		return nil, failed(err)
	}
	if role != ServerRole {
		db.Close()
		return nil, needmap.Unavailable(nil, "the database does not let the server work as the role "+ServerRole+
			": if a connection pooler is on the way, let it pass the parameter options on")
	}
	return db, nil
}

const sqlCurrentRole = `select current_user`
