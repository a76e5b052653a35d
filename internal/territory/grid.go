package territory

import (
	"math"

	"github.com/paulmach/orb"
)

// grid finds boxes by place: a square mesh whose cells list, in ascending order,
// the numbers of the boxes that touch them. Any unit of length will do.
type grid struct {
	bound  orb.Bound
	size   float64 // side of a cell
	nx, ny int
	start  []int32 // cell c lists items[start[c]:start[c+1]]
	items  []int32
}

// newGrid lays a mesh of about the given number of cells over the boxes.
func newGrid(boxes []orb.Bound, cells int) *grid {
	g := &grid{nx: 1, ny: 1, size: 1}
	if len(boxes) > 0 {
		g.bound = boxes[0]
		for _, b := range boxes[1:] {
			g.bound = g.bound.Union(b)
		}
		g.mesh(max(cells, 1))
	}
	g.start = make([]int32, g.nx*g.ny+1)
	for _, b := range boxes {
		g.cells(b, func(c int) { g.start[c+1]++ })
	}
	for c := range g.nx * g.ny {
		g.start[c+1] += g.start[c]
	}
	g.items = make([]int32, g.start[g.nx*g.ny])
	next := append([]int32(nil), g.start...)
	for i, b := range boxes {
		g.cells(b, func(c int) {
			g.items[next[c]] = int32(i)
			next[c]++
		})
	}
	return g
}

// mesh chooses the size of a cell; an extent of no width gets a single column.
func (g *grid) mesh(cells int) {
	w, h := g.bound.Max[0]-g.bound.Min[0], g.bound.Max[1]-g.bound.Min[1]
	g.size = max(math.Sqrt(w/float64(cells)*h), w/float64(cells), h/float64(cells))
	if !(g.size > 0) {
		g.size = 1
	}
	g.nx, g.ny = int(w/g.size)+1, int(h/g.size)+1
}

func (g *grid) column(x float64) int { return clamp((x-g.bound.Min[0])/g.size, g.nx) }
func (g *grid) row(y float64) int    { return clamp((y-g.bound.Min[1])/g.size, g.ny) }

// clamp turns v into an index below n. It never decreases as v grows, so that a
// point between two others also falls between their indexes.
func clamp(v float64, n int) int {
	if !(v > 0) {
		return 0
	}
	return min(int(min(v, float64(n))), n-1)
}

func (g *grid) cells(b orb.Bound, visit func(cell int)) {
	x0, x1 := g.column(b.Min[0]), g.column(b.Max[0])
	for y, y1 := g.row(b.Min[1]), g.row(b.Max[1]); y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			visit(y*g.nx + x)
		}
	}
}

// cell lists the boxes that touch one cell.
func (g *grid) cell(c int) []int32 { return g.items[g.start[c]:g.start[c+1]] }

// at lists the boxes that may hold p, in ascending order; p must not be NaN.
func (g *grid) at(p orb.Point) []int32 { return g.cell(g.row(p[1])*g.nx + g.column(p[0])) }
