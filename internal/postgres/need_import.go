package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// needBatch is how many needs a NeedWriter gathers before it sends them.
const needBatch = 10_000

// srid is WGS 84, in which every geometry is stored.
const srid = 4326

// NeedImportCounts says what a NeedWriter did, in needs.
type NeedImportCounts = ImportCounts

// NeedWriter writes many needs in one transaction: they are staged in a
// temporary table, and Close merges them into the needs in a few statements.
// A need whose ExternalID is known is updated, if it differs; any other is new.
// Between two calls the transaction is free for other statements.
type NeedWriter struct {
	tx     *sqlx.Tx
	kept   []string
	batch  []needmap.Need
	staged int

	textLater bool
	untold    bool
}

// NewNeedWriter begins staging in tx, which has to stay open until Close.
func NewNeedWriter(ctx context.Context, tx *sqlx.Tx) (*NeedWriter, error) {
	if _, err := tx.ExecContext(ctx, sqlNeedStaging); err != nil {
		return nil, failed(err)
	}
	return &NeedWriter{tx: tx, batch: make([]needmap.Need, 0, needBatch)}, nil
}

// Keep names columns (of table need) that the source does not know: known needs
// keep what they have there, new ones get what the written need says. Only
// status, people_answered, summary, last_confirmed_at, minimum_age, maximum_age and
// reported_by can be kept.
func (w *NeedWriter) Keep(columns ...string) { w.kept = append(w.kept, columns...) }

// LeaveTextIndex lets Close, if it builds the indexes anew, leave out that of the
// text search, which takes a third of the time: readers that wait go on sooner.
// Call Tidy after the commit.
func (w *NeedWriter) LeaveTextIndex() { w.textLater = true }

// LeaveHistory lets Close write no event for new needs: the caller brings their
// history, as the demo does.
func (w *NeedWriter) LeaveHistory() { w.untold = true }

// Write stages needs, in batches of any size. An empty ExternalID always means
// a new need; any other may be written once. Version and ID are not used, and a
// nil SuspensionID leaves that of a known need alone. What is answered by
// responses stays answered, and what was merged stays merged, whatever a need says.
func (w *NeedWriter) Write(ctx context.Context, needs []needmap.Need) error {
	for len(needs) > 0 {
		n := min(len(needs), needBatch-len(w.batch))
		w.batch, needs = append(w.batch, needs[:n]...), needs[n:]
		if len(w.batch) == needBatch {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush sends the gathered needs with COPY, while which the connection can do
// nothing else.
func (w *NeedWriter) flush(ctx context.Context) error {
	if len(w.batch) == 0 {
		return nil
	}
	var row needRow
	err := copyRows(ctx, w.tx, sqlNeedCopy, rowsOf(w.batch, func(n needmap.Need) ([]any, error) { return row.of(&n) }))
	w.staged += len(w.batch)
	w.batch = w.batch[:0]
	return err
}

// needRow holds the values of one staged row, in the order of sqlNeedCopy.
type needRow [18]any

func (a *needRow) of(n *needmap.Need) ([]any, error) {
	*a = needRow{
		nil, int64(n.MunicipalityID), string(n.Field), string(n.Origin), string(n.Status),
		int64(n.Severity), int64(n.People), int64(n.PeopleAnswered), nil,
		n.ReportedAt, nil, nil, string(n.LocationKind), optional(n.MinimumAge), optional(n.MaximumAge), nil, nil, n.IsSynthetic,
	}
	if n.ExternalID != "" {
		a[0] = n.ExternalID
	}
	if n.Summary != nil {
		a[8] = *n.Summary
	}
	if n.LastConfirmedAt != nil {
		a[10] = *n.LastConfirmedAt
	}
	if n.ReportedByID != nil {
		a[15] = int64(*n.ReportedByID)
	}
	if n.SuspensionID != nil {
		a[16] = int64(*n.SuspensionID)
	}
	point, err := hexPoint(n.Location)
	a[11] = point
	return a[:], err
}
