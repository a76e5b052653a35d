package gqlhttp

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// mediaEvents is the media type of server-sent events.
const mediaEvents = "text/event-stream"

// events is an answer as server-sent events, in the "distinct connections mode"
// of GraphQL over SSE: an event next for each answer, and complete at the end.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	mu      sync.Mutex
}

// serveEvents streams the answers of an operation.
func (s *server) serveEvents(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) {
	_, release, ok := s.open(w, r)
	if !ok {
		return
	}
	defer release()
	e := &events{w: w, control: http.NewResponseController(w), timeout: s.limits.WriteTimeout}
	defer e.begin()()
	ctx, end := context.WithCancelCause(r.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		end(s.watch(ctx, e.ping))
	}()
	defer func() {
		end(nil)
		<-watched
	}()
	s.all(ctx, params, e.next)
	if why := endedFor(ctx); why != nil {
		_ = e.next(failed(why))
	}
	_ = e.write([]byte("event: complete\ndata:\n\n"))
}

// begin sends the head of the answer, so that the client knows that it stands.
// The server's own time limits hold for single answers; end puts them back.
func (e *events) begin() (end func()) {
	header := e.w.Header()
	header.Set("Content-Type", mediaEvents+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // a proxy must not gather events
	_ = e.control.SetReadDeadline(time.Time{})
	e.w.WriteHeader(http.StatusOK)
	_ = e.ping()
	return func() { _ = e.control.SetWriteDeadline(time.Time{}) }
}

// ping writes a comment, which keeps the connection in use.
func (e *events) ping() error { return e.write([]byte(":\n\n")) }

func (e *events) next(response *graphql.Response) error {
	var event bytes.Buffer
	event.WriteString("event: next\ndata: ")
	answer := appendResponse(nil, response)
	event.Write(bytes.ReplaceAll(bytes.ReplaceAll(answer, []byte("\n"), []byte(" ")), []byte("\r"), []byte(" "))) // a line ends the data
	event.WriteString("\n\n")
	return e.write(event.Bytes())
}

// write sends some bytes at once. A client that takes too long for them is gone.
func (e *events) write(text []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.control.Flush()
}
