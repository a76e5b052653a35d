package postgres

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// channelTerritory is what the database notifies when a municipality changes.
const channelTerritory = "needmap_territory"

// Territory holds the municipalities and their boundaries in memory, as they
// were when the database last said that they changed.
type Territory struct {
	db      *sqlx.DB
	current atomic.Pointer[territorySnapshot]
}

type territorySnapshot struct {
	version  int64
	atlas    *needmap.Atlas
	registry *territory.Registry
}

// NewTerritory loads the territory once.
func NewTerritory(ctx context.Context, db *sqlx.DB) (*Territory, error) {
	t := &Territory{db: db}
	return t, t.Reload(ctx)
}

// Snapshot gives the municipalities and boundaries; both belong to one version.
func (t *Territory) Snapshot() (*needmap.Atlas, *territory.Registry) {
	s := t.current.Load()
	return s.atlas, s.registry
}

// Reload reads the territory again if the database holds another version.
func (t *Territory) Reload(ctx context.Context) error {
	tx, err := t.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return failed(err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	version, err := TerritoryVersion(ctx, tx)
	if err != nil {
		return err
	}
	if s := t.current.Load(); s != nil && s.version == version {
		return nil
	}
	municipalities, boundaries, err := LoadTerritory(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.Rollback(); err != nil { // it only read; building takes a while
		return failed(err)
	}
	registry, err := territory.NewRegistry(Units(municipalities, boundaries))
	if err != nil {
		return failed(err)
	}
	t.current.Store(&territorySnapshot{version, needmap.NewAtlas(municipalities), registry})
	return nil
}

// Watch reloads the territory whenever it changes, until ctx ends.
func (t *Territory) Watch(ctx context.Context, dsn string, logger *slog.Logger) error {
	notices, err := listen(ctx, dsn, channelTerritory)
	if err != nil {
		return err
	}
	go t.follow(ctx, notices, logger)
	return t.Reload(ctx) // what changed before the listener stood
}

func (t *Territory) follow(ctx context.Context, notices <-chan struct{}, logger *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
		}
		if err := t.Reload(ctx); err != nil && ctx.Err() == nil {
			logger.Error("the territory could not be reloaded", "error", err)
		}
	}
}

// Units pairs municipalities with their boundaries for the registry.
func Units(municipalities []*needmap.Municipality, boundaries []orb.MultiPolygon) []territory.Unit {
	units := make([]territory.Unit, len(municipalities))
	for i, m := range municipalities {
		units[i] = territory.Unit{
			Code: m.Code, Kind: string(m.Kind), Name: m.Name, ParentCode: m.ParentCode,
			ProvinceCode: m.ProvinceCode, ProvinceName: m.ProvinceName,
			RegionCode: m.RegionCode, RegionName: m.RegionName,
			BoundarySource: m.BoundarySource, IsSchematic: m.IsSchematic, Local: m.IsLocal,
			Boundary: boundaries[i],
		}
	}
	return units
}
