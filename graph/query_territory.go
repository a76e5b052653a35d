package graph

import (
	"context"
	"errors"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// Municipality finds one by its code.
func (r *queryResolver) Municipality(_ context.Context, code string) (*Municipality, error) {
	m, ok := r.atlas().ByCode(code)
	if !ok {
		return nil, nil
	}
	return newMunicipality(m), nil
}

// Municipalities lists municipalities by code.
func (r *queryResolver) Municipalities(_ context.Context, filter *needmap.MunicipalityFilter, first *int, after *string, last *int, before *string) (*MunicipalityConnection, error) {
	page, err := pageArgs{first, after, last, before}.page(listMunicipalities)
	if err != nil {
		return nil, err
	}
	all, err := filter.Select(r.atlas())
	if err != nil {
		return nil, err
	}
	return municipalityConnection(all, page), nil
}

// MunicipalityAt finds the local municipality that covers a point.
func (r *queryResolver) MunicipalityAt(_ context.Context, longitude, latitude float64) (*Municipality, error) {
	if err := needmap.CheckPoint("longitude", longitude, 0); err != nil {
		return nil, err
	}
	if err := needmap.CheckPoint("latitude", 0, latitude); err != nil {
		return nil, err
	}
	atlas, registry := r.Resolver.Territory.Snapshot()
	code, ok := registry.Locate(orb.Point{longitude, latitude})
	if !ok {
		return nil, nil
	}
	m, _ := atlas.ByCode(code)
	return newMunicipality(m), nil
}

// Territory gives the boundaries of a level as finished GeoJSON.
func (r *queryResolver) Territory(_ context.Context, level needmap.TerritoryLevel, within *string, zoom *int) (scalar.JSON, error) {
	atlas, registry := r.Resolver.Territory.Snapshot()
	if _, err := needmap.ParseEnum("level", string(level), needmap.TerritoryLevels); err != nil {
		return nil, err
	}
	area := ""
	if within != nil {
		var err error
		if area, err = atlas.AreaCode("within", *within); err != nil {
			return nil, err
		}
	}
	collection, err := registry.FeatureCollection(territory.Level(level), area, zoom)
	return collection, territoryError(err)
}

// territoryError names the argument that the registry refused.
func territoryError(err error) error {
	switch {
	case errors.Is(err, territory.ErrZoom):
		return needmap.Invalid("zoom", "zoom runs from 0 to %d", territory.MaxZoom)
	case errors.Is(err, territory.ErrUnknownArea):
		return needmap.Invalid("within", "there is no municipality, province or region with this code")
	}
	return err
}
