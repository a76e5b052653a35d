package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// DemoOptions says which demo to load.
type DemoOptions struct {
	Needs   int    // how many
	Seed    uint64 // the same seed over the same territory gives the same rows
	Replace bool   // a demo that is there already gives way to the new one
}

// DemoCounts says what LoadDemo wrote, in rows.
type DemoCounts struct {
	Municipalities int // 0 when the database had a territory, which stays
	Organisations  int
	Services       int
	Needs          int
	Events         int
	Responses      int
}

// MaxDemoNeeds bounds DemoOptions.Needs.
const MaxDemoNeeds = 20_000_000

// LoadDemo fills the database with synthetic data in one transaction: all of it
// or nothing. A territory that is there stays and the needs are placed in it;
// otherwise a schematic one is drawn. It is CONFLICT when the database holds an
// organisation, service, need or event that is not synthetic, or, without Replace,
// synthetic ones; INVALID when Needs is negative or above MaxDemoNeeds.
func LoadDemo(ctx context.Context, db *sqlx.DB, options DemoOptions) (DemoCounts, error) {
	var counts DemoCounts
	if options.Needs < 0 || options.Needs > MaxDemoNeeds {
		return counts, needmap.Invalid("needs", "the number of needs %d is not between 0 and %d", options.Needs, MaxDemoNeeds)
	}
	err := InTx(ctx, db, func(tx *sqlx.Tx) error {
		if err := clearDemo(ctx, tx, options.Replace); err != nil {
			return err
		}
		return writeDemo(ctx, tx, options, &counts)
	})
	if err != nil {
		return DemoCounts{}, err
	}
	_, err = db.ExecContext(ctx, sqlDemoVacuum)
	return counts, failed(err)
}

// HoldsNetwork reports whether there is any organisation, service, need or event:
// whether somebody has begun to use the database.
func HoldsNetwork(ctx context.Context, q sqlx.QueryerContext) (bool, error) {
	held, err := heldRows(ctx, q)
	return held.Real || held.Synthetic, err
}

// held says which rows of organisations, services, needs or events there are.
type held struct{ Real, Synthetic bool }

func heldRows(ctx context.Context, q sqlx.QueryerContext) (held, error) {
	var h held
	err := sqlx.GetContext(ctx, q, &h, sqlDemoHeld)
	return h, failed(err)
}

// clearDemo takes away synthetic rows, and only where there are no others.
func clearDemo(ctx context.Context, tx *sqlx.Tx, replace bool) error {
	if _, err := tx.ExecContext(ctx, sqlDemoLock); err != nil {
		return failed(err)
	}
	h, err := heldRows(ctx, tx)
	switch {
	case err != nil:
		return err
	case h.Real:
		return needmap.Errorf(needmap.CodeConflict, "",
			"the database holds organisations, services, needs or events that are not synthetic; the demo needs a database of its own")
	case h.Synthetic && !replace:
		return needmap.Errorf(needmap.CodeConflict, "",
			"the database holds demo data already; --replace puts new demo data in their place")
	}
	_, err = tx.ExecContext(ctx, sqlDemoClear)
	return failed(err)
}

func writeDemo(ctx context.Context, tx *sqlx.Tx, options DemoOptions, counts *DemoCounts) error {
	var err error
	if counts.Municipalities, err = drawTerritory(ctx, tx); err != nil {
		return err
	}
	municipalities, boundaries, err := LoadTerritory(ctx, tx)
	if err != nil {
		return err
	}
	world, err := demo.NewWorld(options.Seed, municipalities, boundaries)
	if err != nil {
		return err
	}
	network := demo.NewNetwork(world)
	if err := writeNetwork(ctx, tx, network); err != nil {
		return err
	}
	counts.Organisations, counts.Services = len(network.Organisations), len(network.Services)
	needs := demo.NewNeeds(world, network, options.Needs)
	if err := writeNeeds(ctx, tx, needs, counts); err != nil {
		return err
	}
	return writeEvents(ctx, tx, demo.NewEvents(world, needs))
}
