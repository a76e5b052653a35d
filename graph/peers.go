package graph

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
)

// peers are the objects of one list. A nested field of any of them is loaded
// for all of them in one statement, when the first is asked for it.
type peers[K comparable] struct {
	keys []K

	mu    sync.Mutex
	loads map[any]*load
}

type load struct {
	once  sync.Once
	value any
	err   error
}

func newPeers[K comparable](keys ...K) *peers[K] {
	return &peers[K]{keys: keys, loads: map[any]*load{}}
}

var errFetchFailed = errors.New("the load for the whole list failed")

// together runs fetch once for all peers; name tells apart the nested fields and
// the arguments that they were asked with.
func together[K comparable, V any](p *peers[K], name any, fetch func([]K) (V, error)) (V, error) {
	p.mu.Lock()
	l, ok := p.loads[name]
	if !ok {
		l = &load{}
		p.loads[name] = l
	}
	p.mu.Unlock()
	l.once.Do(func() {
		l.err = errFetchFailed // stays if fetch panics: the others must not take nothing for an answer
		l.value, l.err = fetch(p.keys)
	})
	value, _ := l.value.(V)
	return value, l.err
}

// slice is one peer's page of a nested list.
type slice[T any] struct {
	nodes []T
	more  bool
}

// pageTogether finds a page of a nested list for every peer in one statement and
// gives that of one of them. The objects of all pages are wrapped as peers of
// each other, so that what is nested in them is loaded together too.
func pageTogether[K comparable, T, W any](p *peers[K], own K, name string, find func([]K) ([][]T, []bool, error), wrap func([]T) ([]W, error)) (slice[W], error) {
	pages, err := together(p, name, func(keys []K) (map[K]slice[W], error) {
		lists, more, err := find(keys)
		if err != nil {
			return nil, err
		}
		wrapped, err := wrap(slices.Concat(lists...))
		if err != nil {
			return nil, err
		}
		pages := make(map[K]slice[W], len(keys))
		for i, nodes := range split(wrapped, lists) {
			pages[keys[i]] = slice[W]{nodes, more[i]}
		}
		return pages, nil
	})
	return pages[own], err
}

// split cuts a list into parts as long as others.
func split[T, W any](list []W, like [][]T) [][]W {
	parts := make([][]W, len(like))
	for i := range like {
		n := len(like[i])
		parts[i], list = list[:n:n], list[n:]
	}
	return parts
}

// countTogether gives a function that counts a nested list for every peer in one
// statement and gives the count of one of them.
func countTogether[K comparable](p *peers[K], own K, name string, count func(context.Context, []K) ([]int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		counts, err := together(p, name+" count", func(keys []K) (map[K]int, error) {
			list, err := count(ctx, keys)
			counts := make(map[K]int, len(keys))
			for i := range list {
				counts[keys[i]] = list[i]
			}
			return counts, err
		})
		return counts[own], err
	}
}

// argsKey names a nested field by its arguments: equal arguments, equal name.
func argsKey(field string, args ...any) string {
	data, _ := json.Marshal(args) // decoded arguments always encode
	return field + string(data)
}
