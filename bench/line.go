package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// line is one comparison: the same work by needmap and by its floor.
type line struct {
	name    string
	aim     float64                     // needmap's time as a multiple of the floor's; 0 for a figure without an aim
	bodies  [][]byte                    // GraphQL requests, taken in turn
	floor   source                      // nil for a static file of the bytes of the answer
	atEight bool                        // measure throughput with eight clients too
	checks  int                         // how many requests to try before; all if 0
	most    time.Duration               // needmap's time at the most, where the aim is one; the line has no floor then
	prepare func(context.Context) error // writes what the line needs; may be nil
	clean   func(context.Context) error // takes away what the line wrote; may be nil
}

// clientsAtEight is how many clients the throughput lines have.
const clientsAtEight = 8

// measure lets floor and server take turns, after a warm-up, and reports.
func (l line) measure(ctx context.Context, o options, server *server, r *report) error {
	needmap := newHTTPSource(server.url+"/graphql", l.bodies)
	if l.prepare != nil {
		if err := l.prepare(ctx); err != nil {
			return err
		}
	}
	size, err := l.check(ctx, needmap)
	if err != nil {
		return err
	}
	if l.most > 0 || l.floor == nil && l.prepare != nil {
		return l.measureAlone(ctx, o, needmap, size, r)
	}
	floor, stop, err := l.startFloor(ctx, needmap)
	if err != nil {
		return err
	}
	defer stop()
	if _, err := needmap.run(ctx, o.span/4, 1); err != nil {
		return err
	}
	var floors, needmaps []time.Duration
	for range o.rounds {
		if floors, err = extend(ctx, floors, floor, o.span); err != nil {
			return err
		}
		if needmaps, err = extend(ctx, needmaps, needmap, o.span); err != nil {
			return err
		}
	}
	r.compare(l, size, floors, needmaps)
	if l.clean != nil {
		return l.clean(ctx)
	}
	return nil
}

// measureAlone reports a line that has no floor.
func (l line) measureAlone(ctx context.Context, o options, needmap source, size int, r *report) error {
	times, err := needmap.run(ctx, o.span*time.Duration(o.rounds), 1)
	if err != nil {
		return err
	}
	r.alone(l, size, times)
	return l.clean(ctx)
}

func extend(ctx context.Context, times []time.Duration, s source, span time.Duration) ([]time.Duration, error) {
	more, err := s.run(ctx, span, 1)
	return append(times, more...), err
}

// measureEight reports throughput.
func (l line) measureEight(ctx context.Context, o options, server *server, r *report) error {
	floor, err := l.floor.run(ctx, o.span, clientsAtEight)
	if err != nil {
		return err
	}
	needmap, err := newHTTPSource(server.url+"/graphql", l.bodies).run(ctx, o.span, clientsAtEight)
	if err != nil {
		return err
	}
	r.throughput(l, o.span, len(floor), len(needmap))
	return nil
}

// check sends requests once: none may be answered with an error. It gives the
// mean size of an answer in bytes.
func (l line) check(ctx context.Context, s *httpSource) (int, error) {
	var answer bytes.Buffer
	total, count := 0, len(l.bodies)
	if l.checks > 0 {
		count = l.checks
	}
	for i := range count {
		if err := s.once(ctx, i, &answer); err != nil {
			return 0, err
		}
		var envelope struct{ Errors json.RawMessage }
		if err := json.Unmarshal(answer.Bytes(), &envelope); err != nil || envelope.Errors != nil {
			return 0, fmt.Errorf("request %s was answered %.300s", l.bodies[i], answer.Bytes())
		}
		total += answer.Len()
	}
	return total / count, nil
}

// startFloor gives the line's floor; stop ends what it started.
func (l line) startFloor(ctx context.Context, s *httpSource) (floor source, stop func(), err error) {
	if l.floor != nil {
		return l.floor, func() {}, nil
	}
	var answer bytes.Buffer
	if err := s.once(ctx, 0, &answer); err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "needmap-bench-static-")
	if err != nil {
		return nil, nil, err
	}
	file := filepath.Join(dir, "answer.json")
	if err := os.WriteFile(file, answer.Bytes(), 0o600); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	url, end, err := startStatic(ctx, file)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return newHTTPSource(url, nil), func() { end(); os.RemoveAll(dir) }, nil
}

// median gives the middle value; 0 of nothing.
func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}
