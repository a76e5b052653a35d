package gqlhttp

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// StreamOptions bound websockets and event streams. A zero takes the default.
type StreamOptions struct {
	Max          int           // streams open at a time, 2,000; callers without a role get a quarter
	Operations   int           // that run at a time on one websocket, 20
	InitTimeout  time.Duration // for a websocket's connection_init, 10 s
	PingEvery    time.Duration // a sign of life, 15 s; who gives none back is gone
	RecheckEvery time.Duration // whether the caller's token still holds, 30 s
	WriteTimeout time.Duration // of one message, 10 s; who takes longer is too slow
}

func (o StreamOptions) withDefaults() StreamOptions {
	setDefault(&o.Max, 2000)
	setDefault(&o.Operations, 20)
	setDefault(&o.InitTimeout, 10*time.Second)
	setDefault(&o.PingEvery, 15*time.Second)
	setDefault(&o.RecheckEvery, 30*time.Second)
	setDefault(&o.WriteTimeout, 10*time.Second)
	return o
}

func setDefault[N int | time.Duration](value *N, to N) {
	if *value == 0 {
		*value = to
	}
}

// Streams knows the open streams of an http.Server, which does not know those
// that took their connection over: they have to be ended when it goes down.
type Streams struct {
	ending chan struct{}
	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup
}

// NewStreams makes the Streams of one http.Server, whose BaseContext has to be
// Streams.Context.
func NewStreams() *Streams { return &Streams{ending: make(chan struct{})} }

type streamsKey struct{}

// Context lets handlers of a server find its Streams.
func (s *Streams) Context(net.Listener) context.Context {
	return context.WithValue(context.Background(), streamsKey{}, s)
}

// End ends all streams and waits until they are gone, or ctx ends.
func (s *Streams) End(ctx context.Context) {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.ending)
	}
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		s.open.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

// enter counts a stream until leave is called; not ok when the server goes down.
// Without a Streams there is nothing to count.
func (s *Streams) enter() (leave func(), ok bool) {
	if s == nil {
		return func() {}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false
	}
	s.open.Add(1)
	return s.open.Done, true
}

func streamsOf(ctx context.Context) *Streams {
	s, _ := ctx.Value(streamsKey{}).(*Streams)
	return s
}

// goingDown is closed when the server of ctx goes down; nil without Streams.
func goingDown(ctx context.Context) <-chan struct{} {
	if s := streamsOf(ctx); s != nil {
		return s.ending
	}
	return nil
}

// places bound how many streams are open, and how many of those belong to
// callers without a role, who could otherwise keep the others out.
type places struct{ all, nameless chan struct{} }

func newPlaces(most int) places {
	return places{make(chan struct{}, most), make(chan struct{}, max(most/4, 1))}
}

// take takes a place for the caller of ctx; ok is false when there is none.
// named gives the place of a caller who turns out to have a role, release all.
func (p places) take(ctx context.Context) (named, release func(), ok bool) {
	if !enterPlace(p.all) {
		return nil, nil, false
	}
	named = func() {}
	if needmap.ViewerFrom(ctx).Role == needmap.RolePublic {
		if !enterPlace(p.nameless) {
			<-p.all
			return nil, nil, false
		}
		named = sync.OnceFunc(func() { <-p.nameless })
	}
	return named, func() { named(); <-p.all }, true
}

func enterPlace(place chan struct{}) bool {
	select {
	case place <- struct{}{}:
		return true
	default:
		return false
	}
}

// open makes room for a stream, or answers 503.
func (s *server) open(w http.ResponseWriter, r *http.Request) (named, release func(), ok bool) {
	leave, running := streamsOf(r.Context()).enter()
	if running {
		var free func()
		if named, free, ok = s.places.take(r.Context()); ok {
			return named, func() { free(); leave() }, true
		}
		leave()
	}
	w.Header().Set("Retry-After", "10")
	refuse(w, mediaJSON, http.StatusServiceUnavailable,
		needmap.Errorf(needmap.CodeUnavailable, "", "too many streams are open; try again later"))
	return nil, nil, false
}
