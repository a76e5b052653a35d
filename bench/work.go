package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// draws is how many different values each line takes in turn.
const draws = 40

// lines gives the work to compare. Server and floor take the same values.
func (s *site) lines(ctx context.Context) ([]line, error) {
	var all []line
	for _, part := range []func(context.Context) ([]line, error){
		s.emptyLine, s.listLine, s.featureLine, s.mapLines, s.allTimeLines, s.boundaryLine, s.municipalityLine, s.coverageLines, s.reportLine,
	} {
		lines, err := part(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

// emptyLine shows what HTTP and GraphQL cost before any work is done.
func (s *site) emptyLine(context.Context) ([]line, error) {
	return []line{{name: "an empty query; floor: static file", bodies: [][]byte{body(`{__typename}`, nil)}}}, nil
}

// listLine is needs of one municipality, field and status, the first 50.
func (s *site) listLine(ctx context.Context) ([]line, error) {
	var rows []struct {
		ID                  int
		Code, Field, Status string
	}
	err := s.db.SelectContext(ctx, &rows, `
		select m.id, m.code, n.field, n.status from need n join municipality m on m.id = n.municipality_id
		group by 1, 2, 3, 4 having count(*) >= 50 order by md5(m.code || n.field::text || n.status::text) limit $1`, draws)
	if err != nil {
		return nil, err
	}
	var bodies [][]byte
	var scripts []string
	for _, r := range rows {
		bodies = append(bodies, body(listQuery, map[string]any{"m": r.Code, "f": r.Field, "s": r.Status}))
		scripts = append(scripts, fmt.Sprintf(listScript, r.ID, r.Field, r.Status))
	}
	floor, err := s.newPgbenchSource("list", scripts, false)
	return []line{{name: "50 needs of a municipality, field and status, with total", aim: 2, bodies: bodies, floor: floor, atEight: true}}, err
}

// featureLine is 500 points in a box of about 8 by 9 km over part of Rome.
func (s *site) featureLine(context.Context) ([]line, error) {
	const width, height = 0.10, 0.08 // degrees
	random := rand.New(rand.NewPCG(1, 1))
	var bodies [][]byte
	var scripts []string
	for range draws {
		west, south := 12.38+random.Float64()*0.12, 41.80+random.Float64()*0.10
		east, north := west+width, south+height
		bodies = append(bodies, body(featureQuery, map[string]any{
			"b": map[string]float64{"west": west, "south": south, "east": east, "north": north},
		}))
		scripts = append(scripts, fmt.Sprintf(featureScript, west, south, east, north))
	}
	floor, err := s.newPgbenchSource("features", scripts, true)
	return []line{{name: "500 features in a viewport", aim: 2, bodies: bodies, floor: floor, atEight: true}}, err
}

// mapLines are the whole map under an origin and twelve whole months, against
// the rollup's own SQL and against the needs themselves.
func (s *site) mapLines(context.Context) ([]line, error) {
	var bodies [][]byte
	var rollup, base []string
	for month := range 11 { // from February to December: never a calendar year, which has cells of its own
		for _, origin := range []string{"KNOWN", "SUSPENDED_SERVICE", "EMERGING"} {
			from := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1+month, 0)
			next := from.AddDate(1, 0, 0)
			first, last, behind := from.Format(time.DateOnly), next.AddDate(0, 0, -1).Format(time.DateOnly), next.Format(time.DateOnly)
			bodies = append(bodies, body(mapQuery, map[string]any{"o": origin, "from": first, "to": last}))
			rollup = append(rollup, fmt.Sprintf(rollupScript, origin, first, behind))
			base = append(base, fmt.Sprintf(baseScript, origin, first, last))
		}
	}
	rollupFloor, err := s.newPgbenchSource("rollup", rollup, false)
	if err != nil {
		return nil, err
	}
	baseFloor, err := s.newPgbenchSource("base", base, false)
	return []line{
		{name: "map by municipality and field, origin and 12 months", aim: 2, bodies: bodies, floor: rollupFloor, atEight: true},
		{name: "the same map; floor: SQL on the needs themselves", aim: 0.1, bodies: bodies, floor: baseFloor},
	}, err
}

// allTimeLines are the whole map under an origin without dates.
func (s *site) allTimeLines(context.Context) ([]line, error) {
	var bodies [][]byte
	var rollup, base []string
	for _, origin := range []string{"KNOWN", "SUSPENDED_SERVICE", "EMERGING"} {
		bodies = append(bodies, body(mapQuery, map[string]any{"o": origin}))
		rollup = append(rollup, fmt.Sprintf(allTimeRollupScript, origin))
		base = append(base, fmt.Sprintf(allTimeBaseScript, origin))
	}
	rollupFloor, err := s.newPgbenchSource("rollup-all", rollup, false)
	if err != nil {
		return nil, err
	}
	baseFloor, err := s.newPgbenchSource("base-all", base, false)
	return []line{
		{name: "map by municipality and field, origin, all time", aim: 2, bodies: bodies, floor: rollupFloor},
		{name: "the same map; floor: SQL on the needs themselves", aim: 0.1, bodies: bodies, floor: baseFloor},
	}, err
}

// boundaryLine is every boundary at zoom 8, against a static file.
func (s *site) boundaryLine(context.Context) ([]line, error) {
	return []line{{name: "all boundaries at zoom 8; floor: static file", aim: 2, bodies: [][]byte{body(`{territory(zoom: 8)}`, nil)}}}, nil
}

// municipalityLine is one municipality with its first 10 services and needs.
func (s *site) municipalityLine(ctx context.Context) ([]line, error) {
	var codes []string
	err := s.db.SelectContext(ctx, &codes, `
		select code from municipality m where is_local
		order by (select least(count(*), 10) from service_area where municipality_id = m.id) desc, md5(code) limit $1`, draws)
	if err != nil {
		return nil, err
	}
	var bodies [][]byte
	var scripts []string
	for _, code := range codes {
		bodies = append(bodies, body(municipalityQuery, map[string]any{"m": code}))
		scripts = append(scripts, fmt.Sprintf(municipalityScript, code))
	}
	floor, err := s.newPgbenchSource("municipality", scripts, false)
	return []line{{name: "a municipality with its first 10 services and needs", aim: 2, bodies: bodies, floor: floor}}, err
}

// body makes a GraphQL request.
func body(query string, variables map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return text
}
