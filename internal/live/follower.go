package live

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Message is one batch of changes as a follower is told of it.
type Message struct {
	Cursor string // position after it
	Before string // position before it
	Reload bool   // too much happened to be told
	Answer any    // to the follower's question; nil in a first message that only gives the position
}

// backlog is how many messages may wait for a follower.
const backlog = 64

// Follower is told what happens. It ends with its error when the Hub drops it.
type Follower struct {
	hub      *Hub
	question Question
	first    *Message
	messages chan Message
	ended    chan struct{}
	why      error // why it ended; set before ended is closed
}

// Follow asks a question of all that happens after a cursor, or from now on. The
// first message comes at once: what was missed, to reload, or only the position.
// A text that is no cursor is INVALID, naming after. The follower has to be
// closed.
func (h *Hub) Follow(ctx context.Context, after *string, q Question) (*Follower, error) {
	var since position
	if after != nil {
		var err error
		if since, err = parseCursor("after", *after); err != nil {
			return nil, err
		}
	}
	f := &Follower{hub: h, question: q, messages: make(chan Message, backlog), ended: make(chan struct{})}
	at, err := h.join(f)
	if err != nil {
		return nil, err
	}
	f.first = &Message{Cursor: at.cursor(), Before: at.cursor()}
	if after != nil {
		f.first.Before = *after
		err = h.catchUp(ctx, f, since, at)
	}
	if err != nil {
		f.Close()
	}
	return f, err
}

// join adds a follower; it is told everything after the position that it gives.
func (h *Hub) join(f *Follower) (position, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stopped:
		return h.at, errStopped
	case len(h.followers) == maxFollowers:
		return h.at, errTooMany
	}
	h.followers[f] = struct{}{}
	return h.at, nil
}

// catchUp puts what happened while the follower was away into its first message.
func (h *Hub) catchUp(ctx context.Context, f *Follower, since, at position) error {
	if since.database != at.database {
		f.first.Reload = true
		return nil
	}
	select {
	case h.missed <- struct{}{}:
		defer func() { <-h.missed }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, workTimeout)
	defer cancel()
	missed, err := h.source.NeedChanges(ctx, since.snapshot, at.snapshot)
	if err != nil {
		return err
	}
	f.first.Reload = missed.TooMuch
	if !missed.TooMuch && len(missed.Needs) > 0 {
		f.first.Answer, err = h.ask(ctx, f.question, missed)
	}
	return err
}

// Next waits for the next message. Its error says why there is none any more:
// that of ctx, or UNAVAILABLE when the follower was dropped.
func (f *Follower) Next(ctx context.Context) (Message, error) {
	if first := f.first; first != nil {
		f.first = nil
		return *first, nil
	}
	select {
	case <-f.ended: // a dropped one is not told what still waits
		return Message{}, f.why
	default:
	}
	select {
	case m := <-f.messages:
		return m, nil
	case <-f.ended:
		return Message{}, f.why
	case <-ctx.Done():
		return Message{}, ctx.Err()
	}
}

// Ended is closed when the follower was dropped, also while it is not waiting.
func (f *Follower) Ended() <-chan struct{} { return f.ended }

// Close ends the follower; it may be closed twice.
func (f *Follower) Close() {
	f.hub.drop(f, needmap.Errorf(needmap.CodeUnavailable, "", "the subscription has ended"))
}
