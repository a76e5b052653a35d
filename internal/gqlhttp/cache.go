package gqlhttp

import (
	"container/list"
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// A cached document takes up to 200 times its text in memory, so the cache is
// bounded by text and not, as gqlgen's own, by entries alone.
const (
	cacheText     = 256 << 10 // bytes of query text in all
	cacheDocument = 16 << 10  // bytes of query text in one document
)

// cache keeps validated documents by their text, the least recently used
// falling out first. It is safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // front: used last
	text  int
}

type cached struct {
	query string
	doc   *ast.QueryDocument
}

func newCache() *cache {
	return &cache{byKey: map[string]*list.Element{}, order: list.New()}
}

// Get finds a validated document.
func (c *cache) Get(_ context.Context, query string) (*ast.QueryDocument, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[query]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(cached).doc, true
}

// Add keeps a validated document, unless it is too long to be worth the room.
func (c *cache) Add(_ context.Context, query string, doc *ast.QueryDocument) {
	if len(query) > cacheDocument {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[query]; ok {
		return
	}
	c.byKey[query] = c.order.PushFront(cached{query, doc})
	c.text += len(query)
	for c.text > cacheText {
		oldest := c.order.Remove(c.order.Back()).(cached)
		delete(c.byKey, oldest.query)
		c.text -= len(oldest.query)
	}
}
