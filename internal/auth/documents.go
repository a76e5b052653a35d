package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Limits of what is fetched from an issuer.
const (
	fetchTimeout = 5 * time.Second
	maxDocument  = 1 << 20 // bytes

	// freshFor is how long a document is not fetched again. Tokens with keys
	// that nobody knows would otherwise make this server ask the issuer as often
	// as anybody likes.
	freshFor = 10 * time.Second
)

// errNoDocument is the failure to get one.
var errNoDocument = errors.New("the issuer gave no document")

// documents fetches an issuer's JSON documents: its description and its keys.
type documents struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	kept map[string]document // by URL: there are two
}

type document struct {
	body []byte
	at   time.Time
}

// newClient makes the client that go-oidc asks an issuer with. It follows no
// redirect: that could lead away from https.
func newClient(now func() time.Time) *http.Client {
	return &http.Client{
		Transport:     &documents{next: http.DefaultTransport, now: now, kept: map[string]document{}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// RoundTrip answers with a document that is whole, or fails with errNoDocument.
func (d *documents) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	d.mu.Lock()
	known, ok := d.kept[address]
	d.mu.Unlock()
	if !ok || d.now().Sub(known.at) >= freshFor {
		body, err := d.fetch(r)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoDocument, err)
		}
		known = document{body, d.now()}
		d.mu.Lock()
		d.kept[address] = known
		d.mu.Unlock()
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(known.body)),
		Body: io.NopCloser(bytes.NewReader(known.body)), Request: r,
	}, nil
}

func (d *documents) fetch(r *http.Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(r.Context(), fetchTimeout)
	defer cancel()
	response, err := d.next.RoundTrip(r.Clone(ctx))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxDocument || !json.Valid(body) {
		return nil, errors.New("it is too long, or no JSON")
	}
	return body, nil
}
