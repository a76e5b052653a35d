package live

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// history is a Source of needs that change one after the other: position n is
// the snapshot n:n:, and the change after it is of need n.
type history struct {
	mu       sync.Mutex
	database string
	now      int
	failing  bool
}

func (h *history) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

func (h *history) NeedPosition(context.Context) (string, string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.database, fmt.Sprintf("%d:%d:", h.now, h.now), nil
}

func (h *history) NeedChanges(_ context.Context, from, to string) (needmap.NeedChanges, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failing {
		return needmap.NeedChanges{}, errors.New("away")
	}
	number := func(snapshot string) int {
		n, _ := strconv.Atoi(strings.Split(snapshot, ":")[0])
		return n
	}
	if to == "" {
		to = fmt.Sprintf("%d:%d:", h.now, h.now)
	}
	changes := needmap.NeedChanges{Database: h.database, From: from, To: to, TooMuch: number(to)-number(from) > 1000}
	for n := number(from); n < number(to) && !changes.TooMuch; n++ {
		changes.Needs = append(changes.Needs, needmap.NeedDelta{NeedID: int64(n)})
	}
	return changes, nil
}

// ids asks for the needs that changed; asked counts how often that was worked out.
func ids(key string, asked *atomic.Int32) Question {
	return Question{Key: key, Answer: func(_ context.Context, changes needmap.NeedChanges) (any, error) {
		asked.Add(1)
		text := ""
		for _, d := range changes.Needs {
			text += fmt.Sprint(d.NeedID, " ")
		}
		return text, nil
	}}
}

// start runs a hub at position 10 and gives a function that makes needs change.
func start(t *testing.T) (*Hub, *history, func(n int)) {
	t.Helper()
	h := &history{database: "a", now: 10}
	hub, err := NewHub(t.Context(), h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	notices, ended := make(chan struct{}, 1), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() { hub.Run(ctx, notices); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return hub, h, func(n int) {
		h.set(func() { h.now += n })
		select {
		case notices <- struct{}{}:
		default:
		}
	}
}

func follow(t *testing.T, hub *Hub, after *string, q Question) *Follower {
	t.Helper()
	f, err := hub.Follow(t.Context(), after, q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func next(t *testing.T, f *Follower) Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	m, err := f.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func at(n int) string { return position{"a", fmt.Sprintf("%d:%d:", n, n)}.cursor() }

func TestFollowersAreTold(t *testing.T) {
	hub, _, change := start(t)
	var asked, other atomic.Int32
	var followers []*Follower
	for range 10 {
		followers = append(followers, follow(t, hub, nil, ids("same", &asked)))
	}
	followers = append(followers, follow(t, hub, nil, ids("other", &other)))
	for _, f := range followers {
		if got := next(t, f); got != (Message{Cursor: at(10), Before: at(10)}) {
			t.Errorf("first %+v", got)
		}
	}
	change(2)
	for _, f := range followers {
		if got := next(t, f); got != (Message{Cursor: at(12), Before: at(10), Answer: "10 11 "}) {
			t.Errorf("then %+v", got)
		}
	}
	if asked.Load() != 1 || other.Load() != 1 {
		t.Errorf("worked out %d and %d times", asked.Load(), other.Load())
	}
	for _, f := range followers {
		f.Close()
		f.Close()
	}
	if hub.Followers() != 0 {
		t.Errorf("%d followers stay", hub.Followers())
	}
}

func TestComingBack(t *testing.T) {
	hub, h, change := start(t)
	var asked atomic.Int32
	watcher := follow(t, hub, nil, ids("", &asked))
	next(t, watcher)
	change(3)
	next(t, watcher) // the hub stands at 13
	elsewhere := position{"b", "10:10:"}.cursor()
	long, nothing, ahead := at(10), at(13), at(15)
	for _, tt := range []struct {
		after string
		want  Message
	}{
		{long, Message{Cursor: at(13), Before: at(10), Answer: "10 11 12 "}},
		{nothing, Message{Cursor: at(13), Before: at(13)}},
		{ahead, Message{Cursor: at(13), Before: at(15)}},
		{elsewhere, Message{Cursor: at(13), Before: elsewhere, Reload: true}},
	} {
		if got := next(t, follow(t, hub, &tt.after, ids("", &asked))); got != tt.want {
			t.Errorf("after %s: %+v, want %+v", tt.after, got, tt.want)
		}
	}
	bad := "x"
	if _, err := hub.Follow(t.Context(), &bad, ids("", &asked)); needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("a wrong cursor: %v", err)
	}
	change(1001)
	if got := next(t, watcher); !got.Reload || got.Answer != nil || got.Cursor != at(1014) {
		t.Errorf("after too much: %+v", got)
	}
	if got := next(t, follow(t, hub, &long, ids("", &asked))); !got.Reload || got.Answer != nil {
		t.Errorf("coming back after too much: %+v", got)
	}
	h.set(func() { h.database = "b" })
	change(1)
	if got := next(t, watcher); !got.Reload {
		t.Errorf("in another database: %+v", got)
	}
	h.set(func() { h.failing = true })
	if _, err := hub.Follow(t.Context(), &elsewhere, ids("", &asked)); err == nil {
		t.Error("what was missed could not be read, and that is no error")
	}
}

// TestNothingIsMissed reads again what could not be read.
func TestNothingIsMissed(t *testing.T) {
	hub, h, change := start(t)
	var asked atomic.Int32
	f := follow(t, hub, nil, ids("", &asked))
	next(t, f)
	h.set(func() { h.failing = true })
	change(1)
	change(1)
	h.set(func() { h.failing = false }) // no notice says so
	for got := ""; got != "10 11 "; {
		got += next(t, f).Answer.(string)
	}
}

// TestSlowFollowers are dropped while the others are told everything.
func TestSlowFollowers(t *testing.T) {
	hub, _, change := start(t)
	var asked atomic.Int32
	slow, quick := follow(t, hub, nil, ids("", &asked)), follow(t, hub, nil, ids("", &asked))
	next(t, quick)
	want := ""
	for n := range backlog + 1 {
		change(1)
		want = fmt.Sprint(10+n, " ")
		if got := next(t, quick).Answer; got != want {
			t.Fatalf("told %v, want %v", got, want)
		}
	}
	select {
	case <-slow.Ended():
	case <-time.After(10 * time.Second):
		t.Fatal("the slow one is not dropped")
	}
	next(t, slow) // the position was there from the start
	if _, err := slow.Next(t.Context()); err != errTooSlow {
		t.Errorf("the slow one ends with %v", err)
	}
	if hub.Followers() != 1 {
		t.Errorf("%d followers", hub.Followers())
	}
}

// TestAnswersThatFail end those who asked, and nobody else.
func TestAnswersThatFail(t *testing.T) {
	hub, _, change := start(t)
	var asked atomic.Int32
	broken := errors.New("broken")
	failing := follow(t, hub, nil, Question{Key: "fails", Answer: func(context.Context, needmap.NeedChanges) (any, error) { return nil, broken }})
	panics := follow(t, hub, nil, Question{Key: "panics", Answer: func(context.Context, needmap.NeedChanges) (any, error) { panic("secret") }})
	silent := follow(t, hub, nil, Question{Key: "silent", Answer: func(context.Context, needmap.NeedChanges) (any, error) { return nil, nil }})
	good := follow(t, hub, nil, ids("", &asked))
	for _, f := range []*Follower{failing, panics, silent, good} {
		next(t, f)
	}
	change(1)
	next(t, good)
	if _, err := failing.Next(t.Context()); err != broken {
		t.Errorf("the failing one ends with %v", err)
	}
	if _, err := panics.Next(t.Context()); err == nil || needmap.ErrorCode(err) != needmap.CodeInternal || strings.Contains(err.Error(), "secret") {
		t.Errorf("the panicking one ends with %v", err)
	}
	waiting, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if m, err := silent.Next(waiting); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who is not concerned is told %+v, %v", m, err)
	}
}

func TestTheHubEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	h := &history{database: "a", now: 10}
	hub, err := NewHub(t.Context(), h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	f := follow(t, hub, nil, ids("", &asked))
	next(t, f)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	hub.Run(ctx, nil)
	if _, err := f.Next(t.Context()); err != errStopped {
		t.Errorf("a follower ends with %v", err)
	}
	if _, err := hub.Follow(t.Context(), nil, ids("", &asked)); err != errStopped {
		t.Errorf("a new one is told %v", err)
	}
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines stay", now-before)
	}
}
