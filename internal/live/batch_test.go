package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestSlowQuestions delay nobody who asks something else. Who asks them is told
// everything in order, or dropped when too much waits.
func TestSlowQuestions(t *testing.T) {
	hub, _, change := start(t)
	var asked atomic.Int32
	free := make(chan struct{})
	quick := ids("quick", &asked)
	blocked := ids("blocked", &asked)
	answer := blocked.Answer
	blocked.Answer = func(ctx context.Context, changes needmap.NeedChanges) (any, error) {
		select {
		case <-free:
		case <-ctx.Done():
		}
		return answer(ctx, changes)
	}
	slow, other := follow(t, hub, nil, blocked), follow(t, hub, nil, quick)
	next(t, slow)
	next(t, other)
	const few = 3
	for n := range few {
		change(1)
		if got := next(t, other).Answer; got != fmt.Sprint(10+n, " ") {
			t.Fatalf("the other question is told %v", got)
		}
	}
	close(free)
	for n := range few {
		if got := next(t, slow); got.Answer != fmt.Sprint(10+n, " ") || got.Cursor != at(11+n) {
			t.Errorf("the slow question is told %+v", got)
		}
	}
	free = make(chan struct{}) // nobody asks now
	for n := range backlog + 2 {
		change(1)
		if got := next(t, other).Answer; got != fmt.Sprint(10+few+n, " ") {
			t.Fatalf("the other question is told %v", got)
		}
	}
	if _, err := slow.Next(t.Context()); err != errBehind {
		t.Errorf("who is too far behind ends with %v", err)
	}
	again := follow(t, hub, nil, blocked)
	next(t, again)
	change(1)
	next(t, other)
	close(free)
	if got := next(t, again).Answer; got != fmt.Sprint(10+few+backlog+2, " ") {
		t.Errorf("who comes back is told %v", got)
	}
}

// TestPanicsTellNothing of what they were about.
func TestPanicsTellNothing(t *testing.T) {
	for _, value := range []any{"secret", errors.New("secret"), fmt.Sprintf} {
		if got, want := needmap.Panicked(value), fmt.Sprintf("a %T", value); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	defer func() {
		if got := needmap.Panicked(recover()); got != "runtime error: index out of range [21] with length 1" {
			t.Errorf("told %q", got)
		}
	}()
	_ = make([]int, 1)[len(t.Name())]
}
