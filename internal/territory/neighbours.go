package territory

import "slices"

// Neighbours gives the codes of a level's areas, ascending, and for each the numbers
// in that list of those that it shares a piece of border with, ascending. A common
// corner alone does not make neighbours, and an island has none. It fails with
// ErrLevel.
func (r *Registry) Neighbours(name Level) (codes []string, neighbours [][]int, err error) {
	i := slices.IndexFunc(r.levels, func(l *level) bool { return l.name == name })
	if i < 0 {
		return nil, nil, ErrLevel
	}
	l := r.levels[i]
	sides := l.sides(len(r.arcs))
	codes, neighbours = make([]string, len(l.features)), make([][]int, len(l.features))
	for i, f := range l.features {
		codes[i] = f.props.Code
	}
	for _, side := range sides {
		if a, b := int(side[0]), int(side[1]); side[0] != none && side[1] != none {
			neighbours[a], neighbours[b] = append(neighbours[a], b), append(neighbours[b], a)
		}
	}
	for i := range neighbours {
		slices.Sort(neighbours[i])
		neighbours[i] = slices.Compact(neighbours[i])
	}
	return codes, neighbours, nil
}

// sides gives the features that each arc bounds, none where there is only one or
// where the arc lies inside of one.
func (l *level) sides(arcs int) [][2]int32 {
	sides := make([][2]int32, arcs)
	for i := range sides {
		sides[i] = [2]int32{none, none}
	}
	for i, f := range l.features {
		for _, s := range f.shapes {
			for _, ring := range s {
				for _, h := range ring {
					arc, side := h, 0
					if h < 0 {
						arc, side = ^h, 1
					}
					sides[arc][side] = int32(i)
				}
			}
		}
	}
	return sides
}
