package postgres

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ImportCounts says what an import did, in rows of its file.
type ImportCounts struct{ New, Changed, Unchanged int }

func (c *ImportCounts) add(isNew, changed bool) {
	switch {
	case isNew:
		c.New++
	case changed:
		c.Changed++
	default:
		c.Unchanged++
	}
}

// OrganisationImport is a cooperative or partner to be stored under its
// ExternalID. ID is not used.
type OrganisationImport struct {
	needmap.Organisation
	Specialists  map[string]int // operators by specialisation
	Cooperatives []int          // keys of the cooperatives that a partner is joined to
}

// ServiceImport is a service to be stored under its ExternalID. ID is not used.
type ServiceImport struct {
	needmap.Service
	MunicipalityIDs []int // local municipalities served
}

// OrganisationKey is what a file can name an organisation by.
type OrganisationKey struct {
	ID            int
	ExternalID    string `db:"external_id"` // "" when it has none
	Slug          string
	FiscalCode    string `db:"fiscal_code"` // "" when unknown
	IsCooperative bool   `db:"is_cooperative"`
}

// LockForImport lets no other transaction change municipalities, organisations
// or services until this one ends, so that what is looked up from now on stays
// true. Readers do not wait.
func LockForImport(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, sqlImportLock)
	return failed(err)
}

// OrganisationKeys lists every organisation.
func OrganisationKeys(ctx context.Context, q sqlx.QueryerContext) ([]OrganisationKey, error) {
	var keys []OrganisationKey
	err := sqlx.SelectContext(ctx, q, &keys, sqlOrganisationKeys)
	return keys, failed(err)
}

// directoryImport writes rows of one kind with prepared statements.
type directoryImport struct {
	ctx    context.Context
	tx     *sqlx.Tx
	absent []string // columns that the file does not have
	stmts  map[string]*sqlx.Stmt
}

func newDirectoryImport(ctx context.Context, tx *sqlx.Tx, absent []string) *directoryImport {
	return &directoryImport{ctx, tx, absent, map[string]*sqlx.Stmt{}}
}

// get runs a statement that gives one row.
func (d *directoryImport) get(query string, args []any, dest ...any) error {
	stmt, ok := d.stmts[query]
	if !ok {
		var err error
		if stmt, err = d.tx.PreparexContext(d.ctx, query); err != nil {
			return failed(err)
		}
		d.stmts[query] = stmt
	}
	return importFailed(stmt.QueryRowxContext(d.ctx, args...).Scan(dest...))
}

func (d *directoryImport) close() {
	for _, stmt := range d.stmts {
		stmt.Close()
	}
}

// changes runs a statement that gives the number of rows it changed.
func (d *directoryImport) changes(query string, args ...any) (changed bool, err error) {
	var n int
	err = d.get(query, args, &n)
	return n > 0, err
}

func (d *directoryImport) lacks(column string) bool { return slices.Contains(d.absent, column) }

// ImportOrganisations stores cooperatives or partners. One whose ExternalID is
// known is updated, if it differs, but keeps what stands in the absent columns.
func ImportOrganisations(ctx context.Context, tx *sqlx.Tx, rows []OrganisationImport, absent []string) (ImportCounts, error) {
	d := newDirectoryImport(ctx, tx, absent)
	defer d.close()
	var counts ImportCounts
	for i := range rows {
		isNew, changed, err := d.organisation(&rows[i])
		if err != nil {
			return counts, err
		}
		counts.add(isNew, changed)
	}
	return counts, nil
}

func (d *directoryImport) organisation(o *OrganisationImport) (isNew, changed bool, err error) {
	var id int
	err = d.get(sqlOrganisationPut, []any{
		o.ExternalID, o.IsCooperative, o.Slug, o.Name, optional(o.PartnerKind), optional(o.FiscalCode),
		optional(o.Description), optional(o.MunicipalityID), o.Volunteers, pq.Array(d.absent),
	}, &id, &isNew, &changed)
	if err != nil {
		return false, false, err
	}
	if !d.lacks("specialists") {
		more, err := d.specialists(id, o.Specialists)
		if err != nil {
			return false, false, err
		}
		changed = changed || more
	}
	if !o.IsCooperative && !d.lacks("cooperatives") {
		more, err := d.changes(sqlPartnershipsPut, id, pq.Array(o.Cooperatives))
		if err != nil {
			return false, false, err
		}
		changed = changed || more
	}
	return isNew, changed, nil
}

func (d *directoryImport) specialists(id int, operators map[string]int) (changed bool, err error) {
	names, counts := make([]string, 0, len(operators)), make([]int, 0, len(operators))
	for name, count := range operators {
		names, counts = append(names, name), append(counts, count)
	}
	if _, err := d.changes(sqlSpecialisationsAdd, pq.Array(names)); err != nil {
		return false, err
	}
	return d.changes(sqlSpecialistsPut, id, pq.Array(names), pq.Array(counts))
}

// ImportServices stores services, as ImportOrganisations does organisations.
func ImportServices(ctx context.Context, tx *sqlx.Tx, rows []ServiceImport, absent []string) (ImportCounts, error) {
	d := newDirectoryImport(ctx, tx, absent)
	defer d.close()
	var counts ImportCounts
	for i := range rows {
		isNew, changed, err := d.service(&rows[i])
		if err != nil {
			return counts, err
		}
		counts.add(isNew, changed)
	}
	return counts, nil
}

func (d *directoryImport) service(s *ServiceImport) (isNew, changed bool, err error) {
	point, err := hexPoint(s.Location)
	if err != nil {
		return false, false, err
	}
	if s.Specialisation != nil {
		if _, err := d.changes(sqlSpecialisationsAdd, pq.Array([]string{*s.Specialisation})); err != nil {
			return false, false, err
		}
	}
	var id int
	err = d.get(sqlServicePut, []any{
		s.ExternalID, s.OrganisationID, s.Name, string(s.Field), optional(s.Specialisation), string(s.Status),
		string(s.Provision), s.IsPilot, s.Capacity, s.PeopleReached, optional(s.CatchmentMetres),
		optional(s.MinimumAge), optional(s.MaximumAge), point, string(s.LocationKind), pq.Array(d.absent),
	}, &id, &isNew, &changed)
	if err != nil || d.lacks("municipalities") {
		return isNew, changed, err
	}
	more, err := d.changes(sqlServiceAreasPut, id, pq.Array(s.MunicipalityIDs))
	return isNew, changed || more, err
}
