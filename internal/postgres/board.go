package postgres

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// board keeps the needs and services in memory for the measures of coverage. Each
// question first asks the database what happened since the last one, so that no
// answer is older than its question.
type board struct {
	refreshing sync.Mutex   // held by who brings the board up to date
	mu         sync.RWMutex // of what follows, for who reads it

	needs    *coverage.Board
	supply   *coverage.Supply
	version  int64         // of the services
	snapshot string        // in which the needs were read; "" before the first reading
	settled  map[bool]bool // whether every need is judged: by its place, and by its cell
}

// ViewNeeds hands the needs and services as they are now, under a filter, to read,
// which must not keep them. Others read at the same time; who has a change of the
// board to enter waits, so that read has to be quick.
func (s *Store) ViewNeeds(ctx context.Context, c needmap.NeedCriteria, read func(coverage.View) error) error {
	c = c.Settled()
	keys, err := s.keysBeyondBoard(ctx, c)
	if err != nil {
		return err
	}
	b := &s.board
	for {
		if err := s.refreshBoard(ctx, c.Cells); err != nil {
			return err
		}
		b.mu.RLock()
		if b.settled[c.Cells] {
			defer b.mu.RUnlock()
			return read(coverage.NewView(b.needs, b.supply, c, keys))
		}
		b.mu.RUnlock() // somebody else came in between with a change
	}
}

// WarmBoard reads the needs into memory before somebody asks for them.
func (s *Store) WarmBoard(ctx context.Context) error {
	return s.ViewNeeds(ctx, needmap.NeedCriteria{SeverityAtLeast: 1}, func(coverage.View) error { return nil })
}

// keysBeyondBoard finds the needs under those parts of a filter that a board can't
// judge; nil when it judges all of them.
func (s *Store) keysBeyondBoard(ctx context.Context, c needmap.NeedCriteria) ([]int64, error) {
	if c.Scope == nil && !c.BySpaceOrText() {
		return nil, nil
	}
	w := needWhere(needmap.NeedCriteria{
		Access: c.Access, SeverityAtLeast: 1, BBox: c.BBox, Near: c.Near, Within: c.Within, Text: c.Text,
	})
	keys := []int64{}
	err := s.queryPlanned(ctx, c, sqlBoardKeys+w.sql(), w.args, func(rows *sqlx.Rows) error {
		var key int64
		err := rows.Scan(&key)
		keys = append(keys, key)
		return err
	})
	return keys, err
}

// refreshTime bounds reading what changed. It goes on when who asked gives up: the
// next would have to begin again.
const refreshTime = 2 * time.Minute

// refreshBoard brings the board up to date, and judges what has to be judged.
func (s *Store) refreshBoard(ctx context.Context, cells bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	b := &s.board
	b.refreshing.Lock()
	defer b.refreshing.Unlock()
	if err := s.inSnapshot(ctx, func(tx *snapshotTx) error { return b.refresh(ctx, tx) }); err != nil {
		return err
	}
	if b.settled[cells] {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.needs.Settle(b.supply, cells)
	b.settled[cells] = true
	return nil
}

// refresh reads what changed: nothing, the needs that had events, or everything. As
// long as it has not read all of it, the board counts as never read. Only who holds
// refreshing changes the board, so that it looks at it without the other lock.
func (b *board) refresh(ctx context.Context, tx *snapshotTx) error {
	state, err := tx.boardState(ctx, b.snapshot)
	if err != nil {
		return err
	}
	known := b.snapshot != "" && !state.foreign && !state.tooMuch
	if known && len(state.changed) == 0 && b.version == state.version && b.needs.Totals() == state.totals {
		b.snapshot = state.snapshot
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot, b.settled = "", map[bool]bool{}
	if known {
		if err := tx.readNeeds(ctx, b.needs, state.changed); err != nil {
			return err
		}
	}
	if !known || b.needs.Totals() != state.totals {
		b.needs = coverage.NewBoard(state.totals.Needs)
		if err := tx.readNeeds(ctx, b.needs, nil); err != nil {
			return err
		}
	}
	if b.supply == nil || b.version != state.version {
		services, err := tx.services(ctx)
		if err != nil {
			return err
		}
		b.supply = coverage.NewSupply(services)
	}
	b.supply = b.supply.With(b.needs.HeldPlaces)
	b.version, b.snapshot = state.version, state.snapshot
	return nil
}

// boardState is what a board is compared with.
type boardState struct {
	snapshot string
	version  int64
	foreign  bool // the board was read from another database, or never
	totals   needmap.Tally
	changed  []int64
	tooMuch  bool // happened for changed to be all
}

// snapshotTx reads everything as it is in one moment.
type snapshotTx struct {
	*sqlx.Tx
	store *Store
}

// inSnapshot runs fn in a transaction that only reads and sees one moment.
func (s *Store) inSnapshot(ctx context.Context, fn func(*snapshotTx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return failed(err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	return fn(&snapshotTx{tx, s})
}

// query runs a prepared statement and hands each row to scan.
func (t *snapshotTx) query(ctx context.Context, query string, args []any, scan func(*sqlx.Rows) error) error {
	return t.store.queryTx(ctx, t.Tx, query, args, scan)
}

func (t *snapshotTx) boardState(ctx context.Context, since string) (state boardState, err error) {
	var changed pq.Int64Array
	err = t.query(ctx, sqlBoardState, []any{since}, func(rows *sqlx.Rows) error {
		return rows.Scan(&state.snapshot, &state.version, &state.foreign, &state.totals.Needs, &state.totals.OpenNeeds,
			&state.totals.OpenPeople, &state.totals.PeopleAnswered, &changed, &state.tooMuch)
	})
	state.changed = changed
	return state, err
}
