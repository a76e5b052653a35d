package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// writeTx is the transaction of one mutation.
type writeTx struct {
	*sqlx.Tx
	store *Store
	needmap.Write
}

// maxAttempts is how often a mutation is tried that others got in the way of.
const maxAttempts = 5

// write runs a mutation: all of it in one transaction or nothing, once for an
// idempotency key, and again when it and another waited for each other. do gives
// the keys of what it wrote; they are the answer to the same request later.
func (s *Store) write(ctx context.Context, w needmap.Write, do func(context.Context, *writeTx) ([]int64, error)) ([]int64, error) {
	for attempt := 1; ; attempt++ {
		result, err := s.tryWrite(ctx, w, do)
		if err == nil || attempt == maxAttempts || !inTheWay(err) {
			return result, refused(err)
		}
	}
}

func (s *Store) tryWrite(ctx context.Context, w needmap.Write, do func(context.Context, *writeTx) ([]int64, error)) (result []int64, err error) {
	err = InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		t := &writeTx{Tx: tx, store: s, Write: w}
		known, err := t.seen(ctx)
		if known != nil || err != nil {
			result = known
			return err
		}
		if result, err = do(ctx, t); err != nil {
			return err
		}
		return t.answered(ctx, result)
	})
	return result, err
}

// seen claims the idempotency key. If the request was answered before, it gives
// what it wrote then. A request with the same key that is under way is waited for.
func (t *writeTx) seen(ctx context.Context) ([]int64, error) {
	if t.Key == "" {
		return nil, nil
	}
	var claimed bool
	err := t.get(ctx, sqlClaimKey, []any{t.Actor, t.Key, t.Operation, t.Request[:]}, &claimed)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var operation string
	var request []byte
	var result pq.Int64Array
	if err := t.get(ctx, sqlKnownKey, []any{t.Actor, t.Key}, &operation, &request, &result); err != nil {
		return nil, err
	}
	if operation != t.Operation || !bytes.Equal(request, t.Request[:]) {
		return nil, needmap.Errorf(needmap.CodeConflict, "idempotencyKey", "you used this key for another request")
	}
	return append([]int64{}, result...), nil
}

func (t *writeTx) answered(ctx context.Context, result []int64) error {
	if t.Key == "" {
		return nil
	}
	return t.exec(ctx, sqlAnswerKey, t.Actor, t.Key, pq.Array(result))
}

// get runs a statement that gives one row; sql.ErrNoRows without one.
func (t *writeTx) get(ctx context.Context, query string, args []any, dest ...any) error {
	st, err := t.store.stmt(ctx, query)
	if err != nil {
		return err
	}
	return failed(t.StmtxContext(ctx, st).QueryRowxContext(ctx, args...).Scan(dest...))
}

// query runs a statement and hands each row to scan.
func (t *writeTx) query(ctx context.Context, query string, args []any, scan func(*sqlx.Rows) error) error {
	return t.store.queryTx(ctx, t.Tx, query, args, scan)
}

// exec runs a statement that gives no rows.
func (t *writeTx) exec(ctx context.Context, query string, args ...any) error {
	st, err := t.store.stmt(ctx, query)
	if err != nil {
		return err
	}
	_, err = t.StmtxContext(ctx, st).ExecContext(ctx, args...)
	return failed(err)
}

// lockNeed reads a need and keeps others from changing it until the transaction
// ends. One that the caller may not see is NOT_FOUND.
func (t *writeTx) lockNeed(ctx context.Context, id int64) (*needmap.Need, error) {
	needs, err := t.lockNeeds(ctx, id)
	if err != nil {
		return nil, err
	}
	return needs[0], nil
}

// lockNeeds is lockNeed for several. They are locked in the order of their keys,
// so that two who want the same ones never wait for each other, and come in the
// order in which they were asked for.
func (t *writeTx) lockNeeds(ctx context.Context, ids ...int64) ([]*needmap.Need, error) {
	w := needWhere(needmap.NeedCriteria{Access: t.Access, SeverityAtLeast: 1})
	w.add(needHasID, pq.Array(ids))
	found := map[int64]*needmap.Need{}
	err := t.query(ctx, numbered("select "+needsOf(t.Access)+w.sql()+orderBy+needKey+lockRows), w.args, func(rows *sqlx.Rows) error {
		n, err := scanNeed(rows)
		if err == nil {
			found[n.ID] = n
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	needs := make([]*needmap.Need, len(ids))
	for i, id := range ids {
		if needs[i] = found[id]; needs[i] == nil {
			return nil, needmap.NotFound("there is no such need, or you may not see it")
		}
	}
	return needs, nil
}

// checkVersion is CONFLICT when the caller knew an older version, with what
// happened since.
func (t *writeTx) checkVersion(ctx context.Context, n *needmap.Need, known int) error {
	if n.Version == known {
		return nil
	}
	var since []needmap.NeedEvent
	err := t.query(ctx, sqlNeedEventsSince, []any{n.ID, known}, func(rows *sqlx.Rows) error {
		e, err := scanNeedEvent(rows)
		if err == nil {
			since = append(since, *e)
		}
		return err
	})
	if err != nil {
		return err
	}
	return needmap.Stale(known, n.Version, since)
}

// saveNeed writes a locked need as it is to be, with the event that tells what
// changed; it gives the need its next version. responseID may be nil.
func (t *writeTx) saveNeed(ctx context.Context, n *needmap.Need, step needmap.NeedStep, responseID *int64) error {
	return t.saveNeeds(ctx, []changedNeed{{n, step, responseID}})
}

// saveNeeds is saveNeed for several. They go in one statement, which takes the
// cells of the rollup that they share with others in order.
func (t *writeTx) saveNeeds(ctx context.Context, changes []changedNeed) error {
	records, err := changeRecords(changes)
	if err != nil {
		return err
	}
	versions := map[int64]int{}
	err = t.query(ctx, sqlNeedsSave, []any{records, t.Actor, string(t.Role)}, func(rows *sqlx.Rows) error {
		var id int64
		var version int
		err := rows.Scan(&id, &version)
		versions[id] = version
		return err
	})
	for _, c := range changes {
		c.Version = versions[c.ID]
	}
	return err
}

// inTheWay reports whether a transaction failed because of another one only.
func inTheWay(err error) bool {
	var pqErr *pq.Error
	return errors.As(err, &pqErr) && pqErr.Code.Class() == classRollback
}

// refused says in words what a constraint refuses that nothing checked before:
// an object that went meanwhile, or a name that another has.
func refused(err error) error {
	pqErr := pq.As(err, pqerror.UniqueViolation, pqerror.CheckViolation, pqerror.ForeignKeyViolation)
	if pqErr == nil {
		return err
	}
	if told, ok := constraintWords[pqErr.Constraint]; ok {
		return needmap.Errorf(told.code, told.field, "%s", told.message)
	}
	return needmap.Errorf(needmap.CodeConflict, "", "the change breaks the rule %s", pqErr.Constraint)
}

// constraintWords tell of constraints that a caller can run into.
var constraintWords = map[string]struct {
	code    needmap.Code
	field   string
	message string
}{
	"need_suspension_id_fkey": {needmap.CodeInvalid, "suspension", "there is no such suspension"},
	"need_reported_by_fkey":   {needmap.CodeInvalid, "reportedBy", "there is no such organisation"},

	"response_organisation_id_fkey": {needmap.CodeInvalid, "organisation", "there is no such organisation"},

	"organisation_slug_key":             {needmap.CodeConflict, "slug", "another organisation has this slug"},
	"organisation_fiscal_code_key":      {needmap.CodeConflict, "fiscalCode", "another organisation has this fiscal code"},
	"organisation_municipality_id_fkey": {needmap.CodeConflict, "municipality", "the territory was replaced meanwhile, ask again"},
	"partnership_pkey":                  {needmap.CodeConflict, "cooperative", "the partner is joined to this cooperative already"},
	"specialisation_name_key":           {needmap.CodeConflict, "name", "another specialisation has this name"},
	"service_organisation_id_fkey":      {needmap.CodeInvalid, "organisation", "there is no such organisation"},
	"service_specialisation_id_fkey":    {needmap.CodeInvalid, "specialisation", "there is no such specialisation"},
	"service_area_municipality_id_fkey": {needmap.CodeConflict, "municipalities", "the territory was replaced meanwhile, ask again"},
	"event_municipality_id_fkey":        {needmap.CodeConflict, "municipality", "the territory was replaced meanwhile, ask again"},
}
