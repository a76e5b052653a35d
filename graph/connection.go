package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/graph/cursor"
	"github.com/innovainrete/needmap/internal/needmap"
)

// pageArgs are the Relay arguments of a list.
type pageArgs struct {
	first  *int
	after  *string
	last   *int
	before *string
}

// page checks the arguments; list names the list and order that cursors belong to.
func (a pageArgs) page(list string) (needmap.Page, error) {
	p := needmap.Page{Limit: needmap.DefaultPage}
	if a.first != nil && a.last != nil {
		return p, needmap.Invalid("last", "give either first or last, not both")
	}
	for _, size := range []struct {
		name  string
		value *int
	}{{"first", a.first}, {"last", a.last}} {
		if size.value == nil {
			continue
		}
		if *size.value < 0 || *size.value > needmap.MaxPage {
			return p, needmap.Invalid(size.name, "a page holds 0 to %d objects, not %d", needmap.MaxPage, *size.value)
		}
		p.Limit, p.Backward = *size.value, size.name == "last"
	}
	var err error
	if a.after != nil {
		if p.After, err = cursor.Decode("after", list, *a.after); err != nil {
			return p, err
		}
	}
	if a.before != nil {
		p.Before, err = cursor.Decode("before", list, *a.before)
	}
	return p, err
}

// PageInfo says where a page stands. A page asked for forwards knows what comes
// before it only by its cursor, and the other way round.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Edge is an object in a list with its position.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Connection is a page of a list.
type Connection[T any] struct {
	Nodes []T

	list     string
	page     needmap.Page
	more     bool
	position func(T) needmap.Position
	count    func(context.Context) (int, error)
}

// Edges gives the objects with their cursors.
func (c *Connection[T]) Edges() []*Edge[T] {
	edges := make([]*Edge[T], len(c.Nodes))
	for i, node := range c.Nodes {
		edges[i] = &Edge[T]{Cursor: cursor.Encode(c.list, c.position(node)), Node: node}
	}
	return edges
}

// PageInfo gives the page's place in the list.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.more, HasPreviousPage: c.page.After != nil}
	if c.page.Backward {
		info.HasNextPage, info.HasPreviousPage = c.page.Before != nil, c.more
	}
	if len(c.Nodes) > 0 {
		start := cursor.Encode(c.list, c.position(c.Nodes[0]))
		end := cursor.Encode(c.list, c.position(c.Nodes[len(c.Nodes)-1]))
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount counts all that the filter matches; it runs only when asked for.
func (c *Connection[T]) TotalCount(ctx context.Context) (int, error) { return c.count(ctx) }

// selects reports whether the object being resolved is asked for a field.
func selects(ctx context.Context, name string) bool {
	for _, field := range graphql.CollectFieldsCtx(ctx, nil) {
		if field.Name == name {
			return true
		}
	}
	return false
}

// The connections and edges of the schema.
type (
	MunicipalityConnection = Connection[*Municipality]
	MunicipalityEdge       = Edge[*Municipality]
	CooperativeConnection  = Connection[*Cooperative]
	CooperativeEdge        = Edge[*Cooperative]
	PartnerConnection      = Connection[*Partner]
	PartnerEdge            = Edge[*Partner]
	ServiceConnection      = Connection[*Service]
	ServiceEdge            = Edge[*Service]
	NeedConnection         = Connection[*Need]
	NeedEdge               = Edge[*Need]
	EventConnection        = Connection[*Event]
	EventEdge              = Edge[*Event]
)
