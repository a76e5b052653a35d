package gqlhttp

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/internal/needmap"
)

// socketProtocol is the one subprotocol that is spoken.
const socketProtocol = "graphql-transport-ws"

// Codes with which that protocol closes a websocket.
const (
	closeBadMessage   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeProtocol     websocket.StatusCode = 4406
	closeNoInit       websocket.StatusCode = 4408
	closeDuplicate    websocket.StatusCode = 4409
	closeTwoInits     websocket.StatusCode = 4429
)

// closing is why a websocket is closed; the reason has at most 123 bytes.
type closing struct {
	code   websocket.StatusCode
	reason string
}

// socket is one websocket. Its operations end with ctx, whose cause is for the
// client to know; reading ends only with the connection itself.
type socket struct {
	*server
	conn *websocket.Conn
	ctx  context.Context // carries the caller
	end  context.CancelCauseFunc

	mu      sync.Mutex
	running map[string]*operation // nil when no more are taken
	all     sync.WaitGroup
}

// serveSocket speaks graphql-transport-ws until one side closes. A page of
// another origin is refused: it would speak for whoever looks at it.
func (s *server) serveSocket(w http.ResponseWriter, r *http.Request) {
	named, release, ok := s.open(w, r)
	if !ok {
		return
	}
	defer release()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{socketProtocol}})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow() //nolint:errcheck // it is closed already, or broken
	if conn.Subprotocol() == "" {
		_ = conn.Close(closeProtocol, "the subprotocol has to be "+socketProtocol)
		return
	}
	conn.SetReadLimit(s.bodyLimit)
	c := &socket{server: s, conn: conn, running: map[string]*operation{}}
	if c.begin(r.Context(), named) {
		c.serve()
	}
}

// serve reads messages until the connection ends.
func (c *socket) serve() {
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		c.watchOver()
	}()
	for {
		m, why := c.receive()
		if why == nil {
			why = c.handle(m)
		}
		if why == nil {
			continue
		}
		c.stop(nil)
		if why.code != 0 {
			_ = c.conn.Close(why.code, why.reason)
		}
		_ = c.conn.CloseNow()
		<-watched
		return
	}
}

// stop ends all operations and waits for them; why is for their clients.
func (c *socket) stop(why error) {
	c.mu.Lock()
	c.running = nil
	c.mu.Unlock()
	c.end(why)
	c.all.Wait()
}

// watchOver ends the connection when its client is gone or may no longer listen,
// and when the server goes down.
func (c *socket) watchOver() {
	why := c.watch(c.ctx, c.ping)
	if known := endedFor(c.ctx); why == nil && known != nil { // an operation was refused
		why = known
	}
	switch why {
	case nil: // the reader has ended
		return
	case errGone:
		_ = c.conn.CloseNow()
		return
	}
	c.stop(why)
	code := websocket.StatusTryAgainLater
	switch {
	case why == errGoingDown:
		code = websocket.StatusGoingAway
	case needmap.ErrorCode(why) != needmap.CodeUnavailable:
		code = closeUnauthorized
	}
	_ = c.conn.Close(code, shortReason(why.Error()))
}

// ping waits for the client to answer.
func (c *socket) ping() error {
	ctx, cancel := context.WithTimeout(c.ctx, c.limits.WriteTimeout)
	defer cancel()
	return c.conn.Ping(ctx)
}

// write sends a message. A client that takes too long for it loses the connection.
func (c *socket) write(message []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), c.limits.WriteTimeout)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, message)
}

// shortReason fits a text into a close frame.
func shortReason(text string) string {
	const most = 123
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// begin waits for connection_init and finds out who the caller is; named gives
// back the place of one without a role.
func (c *socket) begin(ctx context.Context, named func()) bool {
	late := time.AfterFunc(c.limits.InitTimeout, func() {
		_ = c.conn.Close(closeNoInit, "connection_init did not come in time")
	})
	defer late.Stop()
	c.ctx = ctx
	m, why := c.receive()
	if why == nil {
		why = c.introduce(m)
	}
	if why == nil && needmap.ViewerFrom(c.ctx).Role != needmap.RolePublic {
		named()
	}
	if why == nil && c.write(acknowledged) != nil {
		why = &closing{}
	}
	if why != nil {
		if why.code != 0 {
			_ = c.conn.Close(why.code, why.reason)
		}
		return false
	}
	c.ctx, c.end = context.WithCancelCause(c.ctx)
	return true
}

// introduce reads the first message.
func (c *socket) introduce(m message) *closing {
	if m.Type != "connection_init" {
		return &closing{closeUnauthorized, "the first message has to be connection_init"}
	}
	shown, ok := m.authorization()
	switch {
	case !ok:
		return &closing{closeBadMessage, "the payload of connection_init has to be an object, its authorization a string"}
	case shown == "":
		return nil
	case c.init == nil:
		return &closing{closeForbidden, "this token is not valid"}
	}
	ctx, err := c.init(c.ctx, shown)
	if err == nil {
		c.ctx = ctx
		return nil
	}
	switch needmap.ErrorCode(err) {
	case needmap.CodeUnauthenticated, needmap.CodeForbidden:
		return &closing{closeForbidden, shortReason(err.Error())}
	}
	return &closing{websocket.StatusTryAgainLater, "the token can't be checked for now"}
}
