package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// check looks for what the caller may not know in an answer.
func (w *walker) check(name, query string, answer reply) {
	decoder := json.NewDecoder(bytes.NewReader(answer.Data))
	decoder.UseNumber()
	var data any
	if len(answer.Data) > 0 {
		if err := decoder.Decode(&data); err != nil {
			w.Fatalf("%s: %v", name, err)
		}
	}
	m := told(data)
	w.tells[name] |= m
	if hidden := m &^ w.role.mask(); hidden != 0 {
		w.Errorf("%s tells a %s of %s\n%s\n%.1500s", name, w.role.name, hidden, query, answer.Data)
	}
	w.visit(name, data)
}

func (w *walker) visit(name string, value any) {
	switch v := value.(type) {
	case []any:
		w.checkPlace(name, v)
		for _, part := range v {
			w.visit(name, part)
		}
	case map[string]any:
		typeName, _ := v["__typename"].(string)
		for field, part := range v {
			w.seen[typeName+"."+field] = true
			if typeName != "" && isLeaf(part) && told(part) != 0 {
				w.telling[typeName] = true
			}
			w.visit(name, part)
		}
		w.checkObject(name, typeName, v)
	}
}

func isLeaf(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// checkObject holds figures to the objects that are seen: sums of people tell
// which needs they add up, and no more may be counted.
func (w *walker) checkObject(name, typeName string, v map[string]any) {
	switch typeName {
	case "NeedTally":
		all, open := told(v["people"]), told(v["openPeople"])
		if number(v["needs"]) != all.count() || number(v["openNeeds"]) != open.count() || number(v["peopleAnswered"]) != int(all) {
			w.Errorf("%s: the tally %v counts others than it adds up", name, v)
		}
	case "NeedConnection":
		nodes, ok := v["nodes"].([]any)
		if ok && v["totalCount"] != nil && number(v["totalCount"]) != len(nodes) {
			w.Errorf("%s: totalCount %v, and %d are shown", name, v["totalCount"], len(nodes))
		}
	case "PageInfo":
		if v["hasPreviousPage"] == true || v["hasNextPage"] == true && told(v) != 0 {
			w.Errorf("%s: %v", name, v)
		}
	case "Need":
		w.checkCell(name, v)
	default:
		w.checkGaps(name, typeName, v)
	}
}

// checkGaps does so where people of a gap are counted: those of the need k are
// 190 × 2^k, or a few less where some have been offered an answer.
func (w *walker) checkGaps(name, typeName string, v map[string]any) {
	var gap, count any
	switch typeName {
	case "CoverageRow":
		w.checkRow(name, v)
	case "Placing":
		gap = v["asking"]
	case "Site":
		gap, count = v["gain"], v["needCount"]
	case "Siting":
		gap = number(v["total"]) + number(v["peopleWithoutPlace"])
	case "Accessibility":
		if gap = v["people"]; number(gap) <= 1400 && number(gap)%100 == 0 { // residents
			gap = 0
		}
	}
	if gap == nil {
		return
	}
	counted := mask((number(gap) + secretUnit - 2) / (secretUnit - 1))
	if counted&^(w.role.mask()&openNeeds) != 0 || count != nil && number(count) != counted.count() {
		w.Errorf("%s: the %s counts the gap of %s: %v", name, typeName, counted, v)
	}
}

// openNeeds are those of the needs that are open, now and at the moments that are
// asked for.
const openNeeds mask = 1<<5 - 1

// checkRow holds a row of coverage to the needs whose people its demand adds up.
func (w *walker) checkRow(name string, v map[string]any) {
	if v["demand"] == nil || v["needs"] == nil {
		return
	}
	in := told(v["demand"])
	gap := number(v["gap"])
	if number(v["demand"]) != int(in)*secretUnit || in&^openNeeds != 0 || number(v["needs"]) != in.count() ||
		number(v["answered"]) != int(in) || gap != int(in)*(secretUnit-1) || number(v["stuck"]) > gap {
		w.Errorf("%s: the row %v counts others than it adds up", name, v)
	}
	parts, _ := v["reasons"].([]any)
	for _, part := range parts {
		gap -= number(part.(map[string]any)["people"])
	}
	if parts != nil && gap != 0 {
		w.Errorf("%s: the reasons of %v do not add up to its gap", name, v)
	}
}

// checkPlace takes two numbers for a position; nobody who knows cells only may
// have one that is nearer to a need than 50 m.
func (w *walker) checkPlace(name string, pair []any) {
	if len(pair) != 2 || !w.role.cells {
		return
	}
	x, isX := pair[0].(json.Number)
	y, isY := pair[1].(json.Number)
	if !isX || !isY {
		return
	}
	lon, _ := x.Float64()
	lat, _ := y.Float64()
	for _, p := range w.points {
		near := math.Abs(lon-p.Lon) < 1e-3 && math.Abs(lat-p.Lat) < 1e-3
		if near && geodesic([2]float64{lon, lat}, [2]float64{p.Lon, p.Lat}) < 50 {
			w.Errorf("%s gives %v, which is the place of the need %d", name, pair, p.ID)
		}
	}
}

// checkCell compares a need's location with its cell.
func (w *walker) checkCell(name string, need map[string]any) {
	location, shown := need["location"].(map[string]any)
	if !shown || !w.role.cells {
		return
	}
	i := slices.IndexFunc(w.points, func(p secretPoint) bool { return globalID("Need", p.ID) == need["id"] })
	if need["id"] == nil {
		return
	}
	if i < 0 || !sameShape(w.points[i].WantCell, location) {
		w.Errorf("%s: the location of %v is %v", name, need["id"], location)
	}
}

// sameShape compares two geometries, rings from wherever they begin, to a decimetre.
func sameShape(want string, got map[string]any) bool {
	var a, b struct {
		Type        string
		Coordinates [][][2]float64
	}
	if json.Unmarshal([]byte(want), &a) != nil || json.Unmarshal(mustJSON(got), &b) != nil ||
		a.Type != b.Type || len(a.Coordinates) != 1 || len(b.Coordinates) != 1 {
		return false
	}
	ring := a.Coordinates[0]
	return len(ring) == len(b.Coordinates[0]) && !slices.ContainsFunc(b.Coordinates[0], func(p [2]float64) bool {
		return !slices.ContainsFunc(ring, func(q [2]float64) bool { return math.Abs(p[0]-q[0]) < 1e-6 && math.Abs(p[1]-q[1]) < 1e-6 })
	})
}

func number(v any) int {
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil {
		return -1
	}
	return n
}
