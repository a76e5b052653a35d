package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Adding to an index key by key costs about four times as much as building it,
// but building it covers the old needs too. Fewer than rebuildAbove new needs
// are never worth the readers' wait.
const (
	rebuildAbove = 20_000
	rebuildShare = 0.4 // of the needs that were there before
)

// Close merges the staged needs into the needs, inside the same transaction,
// and says what became of them. Other writers of needs wait until it commits;
// when there are so many that the indexes are built anew, so do readers of needs
// and of what needs refer to: municipalities, organisations, suspensions.
func (w *NeedWriter) Close(ctx context.Context) (NeedImportCounts, error) {
	counts, err := w.Compare(ctx)
	if err != nil {
		return counts, err
	}
	if counts.Changed > 0 {
		err = w.update(ctx)
	}
	if err == nil && counts.New > 0 {
		err = w.insert(ctx, counts.New)
	}
	if err == nil {
		err = w.exec(ctx, sqlNeedStagingDrop)
	}
	return counts, err
}

// Compare ends the writing and counts what Close does, but changes no need: it
// is for a dry run, whose transaction is rolled back.
func (w *NeedWriter) Compare(ctx context.Context) (NeedImportCounts, error) {
	var counts NeedImportCounts
	if err := w.flush(ctx); err != nil {
		return counts, err
	}
	if err := w.exec(ctx, sqlNeedLock, sqlNeedStagingAnalyze); err != nil {
		return counts, err
	}
	if len(w.kept) > 0 {
		if _, err := w.tx.ExecContext(ctx, sqlNeedKeep, pq.Array(w.kept)); err != nil {
			return counts, failed(err)
		}
	}
	if err := w.uphold(ctx); err != nil {
		return counts, err
	}
	if err := w.exec(ctx, sqlNeedChanged); err != nil {
		return counts, err
	}
	err := w.tx.QueryRowxContext(ctx, sqlNeedCounts).Scan(&counts.New, &counts.Changed)
	counts.Unchanged = w.staged - counts.New - counts.Changed
	return counts, failed(err)
}

// uphold keeps answers and merges against what the rows say, and refuses rows
// that leave too few people for them.
func (w *NeedWriter) uphold(ctx context.Context) error {
	if err := w.exec(ctx, sqlNeedUphold); err != nil {
		return err
	}
	var tooFew []struct {
		ExternalID         string `db:"external_id"`
		People, Held, Rows int
	}
	if err := w.tx.SelectContext(ctx, &tooFew, sqlNeedTooFew); err != nil || len(tooFew) == 0 {
		return failed(err)
	}
	first := tooFew[0]
	return needmap.Errorf(needmap.CodeConflict, "people", "need %q: %d people are answered or promised an answer, "+
		"so there can't be %d in all; rows of this kind: %d", first.ExternalID, first.Held, first.People, first.Rows)
}

// update changes the needs that are known. With those that end, all ends that was
// offered and agreed.
func (w *NeedWriter) update(ctx context.Context) error {
	if err := w.exec(ctx, sqlNeedUpdate); err != nil {
		return err
	}
	var ended pq.Int64Array
	if err := w.tx.GetContext(ctx, &ended, sqlNeedsEnded); err != nil || len(ended) == 0 {
		return failed(err)
	}
	_, err := w.tx.ExecContext(ctx, sqlResponsesEnd, ended, "import", nil)
	return failed(err)
}

// insert adds the new needs, with or without the indexes in place.
func (w *NeedWriter) insert(ctx context.Context, count int) error {
	var before int
	if err := w.tx.GetContext(ctx, &before, sqlNeedTotal); err != nil {
		return failed(err)
	}
	if count < rebuildAbove || float64(count) < rebuildShare*float64(before) {
		return w.exec(ctx, w.insertion())
	}
	var parts []needPart
	if err := w.tx.SelectContext(ctx, &parts, sqlNeedParts); err != nil {
		return failed(err)
	}
	for _, part := range parts {
		if err := w.exec(ctx, part.Off); err != nil {
			return err
		}
	}
	if err := w.exec(ctx, w.insertion()); err != nil {
		return err
	}
	for _, part := range parts {
		if w.textLater && part.Name == textIndex {
			continue
		}
		if err := w.exec(ctx, part.On); err != nil {
			return err
		}
	}
	return w.exec(ctx, sqlNeedRollup)
}

// insertion adds needs with or without the events that tell of them.
func (w *NeedWriter) insertion() string {
	if w.untold {
		return sqlNeedInsert
	}
	return sqlNeedInsertEvents
}

// needPart is an index, foreign key or trigger of the needs as a pair of
// statements: one takes it away, the other restores it as it was.
type needPart struct{ Name, Off, On string }

// textIndex is the index that text search uses.
const textIndex = "need_summary"

func (w *NeedWriter) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := w.tx.ExecContext(ctx, statement); err != nil {
			return importFailed(err)
		}
	}
	return nil
}

// importFailed says in words what the tables' constraints refuse; readers of
// files check the same before, with line and column.
func importFailed(err error) error {
	if err == nil {
		return nil
	}
	pqErr := pq.As(err, pqerror.UniqueViolation, pqerror.CheckViolation, pqerror.ForeignKeyViolation)
	if pqErr == nil {
		return failed(err)
	}
	return needmap.Errorf(needmap.CodeConflict, "", "the rows break the rule %s", pqErr.Constraint)
}

// Tidy brings the text index, the statistics and the visibility map up to date
// after an import: lists, figures and text search are slower until it has run,
// but right. It can't run in a transaction.
func Tidy(ctx context.Context, db sqlx.ExecerContext) error {
	for _, statement := range []string{sqlNeedTextIndex, sqlNeedTidy} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return failed(err)
		}
	}
	return nil
}
