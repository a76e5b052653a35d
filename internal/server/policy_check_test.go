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
