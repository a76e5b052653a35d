package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// source does one kind of work over and over.
type source interface {
	// run works for a span with some clients at once and gives each time taken.
	run(ctx context.Context, span time.Duration, clients int) ([]time.Duration, error)
}

// httpSource sends requests in turn over connections that stay open.
type httpSource struct {
	client *http.Client
	url    string
	bodies [][]byte // POSTed as JSON in turn; nil means one GET
}

func newHTTPSource(url string, bodies [][]byte) *httpSource {
	transport := &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true}
	return &httpSource{&http.Client{Transport: transport}, url, bodies}
}

func (s *httpSource) run(ctx context.Context, span time.Duration, clients int) ([]time.Duration, error) {
	all := make([][]time.Duration, clients)
	errs := make([]error, clients)
	end := time.Now().Add(span)
	var wait sync.WaitGroup
	for c := range clients {
		wait.Go(func() { all[c], errs[c] = s.loop(ctx, c, end) })
	}
	wait.Wait()
	var times []time.Duration
	for c := range clients {
		if errs[c] != nil {
			return nil, errs[c]
		}
		times = append(times, all[c]...)
	}
	return times, nil
}

// loop is one client; each begins at another request.
func (s *httpSource) loop(ctx context.Context, client int, end time.Time) ([]time.Duration, error) {
	var times []time.Duration
	var answer bytes.Buffer
	for i := client * 7; time.Now().Before(end); i++ {
		start := time.Now()
		if err := s.once(ctx, i, &answer); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}

// once sends request i and reads the whole answer.
func (s *httpSource) once(ctx context.Context, i int, answer *bytes.Buffer) error {
	request, err := s.request(ctx, i)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer.Reset()
	if _, err := io.Copy(answer, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %.300s", response.StatusCode, answer)
	}
	return nil
}

func (s *httpSource) request(ctx context.Context, i int) (*http.Request, error) {
	if s.bodies == nil {
		return http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(s.bodies[i%len(s.bodies)]))
	if err == nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, err
}
