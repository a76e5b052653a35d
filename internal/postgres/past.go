package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// PastView hands the needs and services as they stood at a moment, under a filter,
// to read. The history tells values, not places and words: those are judged as they
// are today, and so is what the caller may see. It reads every need, so that at most
// two of these run at a time. The needs' spans are right from since on, which is not
// after the moment.
func (s *Store) PastView(ctx context.Context, c needmap.NeedCriteria, at, since time.Time, read func(coverage.View) error) error {
	c = c.Settled()
	keys, err := s.keysBeyondBoard(ctx, c)
	if err != nil {
		return err
	}
	leave, err := s.enterPast(ctx)
	if err != nil {
		return err
	}
	defer leave()
	board := coverage.NewBoard(0)
	var services []coverage.PastService
	err = s.inSnapshot(ctx, func(tx *snapshotTx) error {
		if services, err = tx.pastServices(ctx); err != nil {
			return err
		}
		return tx.pastNeeds(ctx, since, c.Cells, func(p *coverage.PastNeed) {
			if n, there := p.At(at); there {
				board.Put(n)
			}
		})
	})
	if err != nil {
		return err
	}
	supply := coverage.NewSupply(coverage.ServicesAt(services, at, time.Now())).With(board.HeldPlaces)
	board.Settle(supply, c.Cells)
	return read(coverage.NewView(board, supply, c, keys))
}

// Trend adds needs up under a filter at the ends of some periods, one at least, the
// earliest first.
func (s *Store) Trend(ctx context.Context, c needmap.NeedCriteria, municipalityIDs []int, periods []coverage.Period) (*coverage.Trend, error) {
	c = c.Settled()
	keys, err := s.keysBeyondBoard(ctx, c)
	if err != nil {
		return nil, err
	}
	var trend *coverage.Trend
	err = s.inPast(ctx, func(tx *snapshotTx) error {
		stops, err := tx.stops(ctx, periods)
		if err != nil {
			return err
		}
		trend = coverage.NewTrend(stops, c, municipalityIDs, keys)
		return tx.pastNeeds(ctx, periods[0].From, c.Cells, trend.Add)
	})
	return trend, err
}

// TallyNeedsAt is TallyNeeds as the needs stood at a moment; see PastView.
func (s *Store) TallyNeedsAt(ctx context.Context, c needmap.NeedCriteria, at time.Time) ([]needmap.LocalTally, error) {
	c = c.Settled()
	keys, err := s.keysBeyondBoard(ctx, c)
	if err != nil {
		return nil, err
	}
	tally := coverage.NewPastTally(c, keys)
	err = s.inPast(ctx, func(tx *snapshotTx) error {
		return tx.pastNeeds(ctx, at, c.Cells, func(p *coverage.PastNeed) { tally.Add(p, at) })
	})
	return tally.Rows(), err
}

// inPast runs what reads every need's history: in one moment, and few at a time.
func (s *Store) inPast(ctx context.Context, fn func(*snapshotTx) error) error {
	leave, err := s.enterPast(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return s.inSnapshot(ctx, fn)
}

// enterPast waits for a place among those who ask about the past.
func (s *Store) enterPast(ctx context.Context) (leave func(), err error) {
	select {
	case s.past <- struct{}{}:
		return func() { <-s.past }, nil
	case <-ctx.Done():
		return nil, needmap.Unavailable(ctx.Err(), "others are asking about the past; try again")
	}
}

// maxPast is how many questions about the past run at a time.
const maxPast = 2

// stops gives the services as they stood at the end of each period.
func (t *snapshotTx) stops(ctx context.Context, periods []coverage.Period) ([]coverage.Stop, error) {
	services, err := t.pastServices(ctx)
	if err != nil {
		return nil, err
	}
	held := make([]map[int]int, len(periods))
	for i := range held {
		held[i] = map[int]int{}
	}
	err = t.query(ctx, sqlPastResponses, []any{periods[0].From}, func(rows *sqlx.Rows) error {
		var changes, list string
		if err := rows.Scan(&changes, &list); err != nil {
			return err
		}
		r := lineReader{}
		responses, err := pastResponsesOf(&r, list, pastChangesOf(&r, changes))
		if err != nil {
			return err
		}
		for i, p := range periods {
			for k := range responses {
				if service, people := responses[k].HeldAt(p.End()); people > 0 {
					held[i][service] += people
				}
			}
		}
		return r.err
	})
	stops := make([]coverage.Stop, len(periods))
	for i, p := range periods {
		supply := coverage.NewSupply(coverage.ServicesAt(services, p.End(), time.Now()))
		stops[i] = coverage.Stop{At: p.End(), Period: p, Supply: supply.With(func(id int) int { return held[i][id] })}
	}
	return stops, err
}
