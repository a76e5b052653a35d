// Package live tells those who follow needs what happened to them. One Hub reads
// the history once for all of them, works out each distinct question once, and
// waits neither for a follower nor for an answer that takes long.
package live

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Source reads the history. A position is a snapshot as the database writes it.
type Source interface {
	// NeedPosition gives a name for the database, of letters and digits, and the
	// position now.
	NeedPosition(context.Context) (database, now string, err error)
	// NeedChanges gives what happened after one position, up to another or, with
	// "", up to now.
	NeedChanges(ctx context.Context, from, to string) (needmap.NeedChanges, error)
}

// Question is what a follower wants to know of every batch of changes.
type Question struct {
	// Key says when two questions are one: equal keys share an answer, so it has
	// to hold everything that the answer depends on, the asker's rights included.
	Key string
	// Answer gives what the changes mean for the asker, nil for nothing. It is
	// shared: nobody may change it.
	Answer func(context.Context, needmap.NeedChanges) (any, error)
}

// Times and limits of a Hub.
const (
	readEvery    = 30 * time.Second      // without a notice, in case one was lost
	readAgain    = time.Second           // after a failure
	pause        = 20 * time.Millisecond // between reads: what comes meanwhile is told together
	workTimeout  = 15 * time.Second      // of a read or an answer
	maxAnswers   = 4                     // answers that are worked out at a time, and as many of what was missed
	maxFollowers = 10_000
)

// Hub is where followers of needs meet the history. It is safe for concurrent use.
type Hub struct {
	source Source
	logger *slog.Logger
	turns  chan struct{} // a place for each answer that is worked out
	missed chan struct{} // the same for those who come back
	all    sync.WaitGroup

	mu        sync.Mutex
	at        position // up to which everybody is being told
	followers map[*Follower]struct{}
	waiting   map[string][]batch // by the question that is being worked out, what comes after that
	stopped   bool
}

// NewHub makes a Hub that stands at the position now. Run makes it tell.
func NewHub(ctx context.Context, source Source, logger *slog.Logger) (*Hub, error) {
	database, now, err := source.NeedPosition(ctx)
	return &Hub{
		source: source, logger: logger,
		turns: make(chan struct{}, maxAnswers), missed: make(chan struct{}, maxAnswers),
		at: position{database, now}, followers: map[*Follower]struct{}{}, waiting: map[string][]batch{},
	}, err
}

// Run reads at every notice and tells the followers, until ctx ends; then every
// follower ends as UNAVAILABLE.
func (h *Hub) Run(ctx context.Context, notices <-chan struct{}) {
	defer h.all.Wait()
	defer h.stop()
	next := time.NewTimer(readEvery)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
		case <-next.C:
		}
		wait := readEvery
		if err := h.read(ctx); err != nil && ctx.Err() == nil {
			h.logger.Error("what happened to needs could not be read", "error", err)
			wait = readAgain
		}
		next.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// read goes on to the position now and tells everybody who stood at the last one.
func (h *Hub) read(ctx context.Context) error {
	reading, cancel := context.WithTimeout(ctx, workTimeout)
	defer cancel()
	h.mu.Lock()
	from := h.at
	h.mu.Unlock()
	changes, err := h.source.NeedChanges(reading, from.snapshot, "")
	if err != nil {
		return err
	}
	to := position{changes.Database, changes.To}
	changes.TooMuch = changes.TooMuch || to.database != from.database
	h.mu.Lock()
	h.at = to
	questions := map[string][]*Follower{}
	for f := range h.followers {
		questions[f.question.Key] = append(questions[f.question.Key], f)
	}
	h.mu.Unlock()
	if changes.TooMuch || len(changes.Needs) > 0 {
		h.tell(ctx, Message{Cursor: to.cursor(), Before: from.cursor(), Reload: changes.TooMuch}, changes, questions)
	}
	return nil
}

// ask works an answer out. Whatever goes wrong in it must not take the Hub down.
func (h *Hub) ask(ctx context.Context, q Question, changes needmap.NeedChanges) (answer any, err error) {
	ctx, cancel := context.WithTimeout(ctx, workTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			h.logger.Error("panic", "panic", needmap.Panicked(p), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return q.Answer(ctx, changes)
}

var errPanic = errors.New("panic in an answer")

var (
	errTooSlow = needmap.Errorf(needmap.CodeUnavailable, "", "you read too slowly; resume from your last cursor")
	errBehind  = needmap.Errorf(needmap.CodeUnavailable, "", "what you ask takes too long to work out; resume from your last cursor")
	errStopped = needmap.Errorf(needmap.CodeUnavailable, "", "the server is going down; resume from your last cursor")
	errTooMany = needmap.Errorf(needmap.CodeUnavailable, "", "too many subscriptions are open; try again later")
)

// drop ends a follower.
func (h *Hub) drop(f *Follower, why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(f, why)
}

func (h *Hub) remove(f *Follower, why error) {
	if _, there := h.followers[f]; there {
		delete(h.followers, f)
		f.why = why
		close(f.ended)
	}
}

func (h *Hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	for f := range h.followers {
		h.remove(f, errStopped)
	}
}

// Followers counts those who follow now.
func (h *Hub) Followers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.followers)
}
