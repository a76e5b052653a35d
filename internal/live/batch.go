package live

import (
	"context"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// batch is what happened between two reads, for all who ask one question.
type batch struct {
	message Message // without the answer
	changes needmap.NeedChanges
	askers  []*Follower
}

// tell has each question answered once, and the answer passed on to all who asked
// it. A question that still is at an earlier batch takes this one afterwards, so
// that none has to wait for another as long as there is a turn left.
func (h *Hub) tell(ctx context.Context, m Message, changes needmap.NeedChanges, questions map[string][]*Follower) {
	for key, askers := range questions {
		b := batch{m, changes, askers}
		if h.busy(key, b) {
			continue
		}
		h.turns <- struct{}{} // others give theirs back within workTimeout
		h.all.Go(func() { h.work(ctx, key, b) })
	}
}

// busy lets a batch wait where its question is being worked out; otherwise the
// question is at work from now on. Who would be too far behind is dropped.
func (h *Hub) busy(key string, b batch) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting, busy := h.waiting[key]
	switch {
	case !busy:
		h.waiting[key] = nil
	case len(waiting) < backlog:
		h.waiting[key] = append(waiting, b)
	default:
		h.waiting[key] = nil
		for _, f := range b.askers {
			h.remove(f, errBehind)
		}
	}
	return busy
}

// work answers a question until nothing waits for it. It begins with a turn, and
// lets others go first between its batches.
func (h *Hub) work(ctx context.Context, key string, b batch) {
	for {
		h.answer(ctx, b)
		<-h.turns
		var more bool
		if b, more = h.next(key); !more {
			return
		}
		h.turns <- struct{}{}
	}
}

// next gives what waits for a question, which otherwise is at work no more.
func (h *Hub) next(key string) (b batch, more bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting := h.waiting[key]
	if len(waiting) == 0 {
		delete(h.waiting, key)
		return b, false
	}
	h.waiting[key] = waiting[1:]
	return waiting[0], true
}

// answer works a batch out for those of its askers who are still there.
func (h *Hub) answer(ctx context.Context, b batch) {
	askers := h.staying(b.askers)
	if len(askers) == 0 {
		return
	}
	var err error
	if !b.message.Reload {
		b.message.Answer, err = h.ask(ctx, askers[0].question, b.changes)
	}
	h.pass(b.message, err, askers)
}

func (h *Hub) staying(followers []*Follower) []*Follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.DeleteFunc(followers, func(f *Follower) bool {
		_, there := h.followers[f]
		return !there
	})
}

// pass hands a message on, or ends those who can't be answered: they know by
// their last cursor what they missed. Who has no room for it is too slow.
func (h *Hub) pass(m Message, err error, followers []*Follower) {
	for _, f := range followers {
		switch {
		case err != nil:
			h.drop(f, err)
		case m.Reload || m.Answer != nil:
			select {
			case f.messages <- m:
			default:
				h.drop(f, errTooSlow)
			}
		}
	}
}
