package gqlhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/internal/needmap"
)

// message is what comes over a websocket.
type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id"`
	Payload json.RawMessage `json:"payload"`
}

// maxID is the longest identifier of an operation in bytes.
const maxID = 200

var (
	acknowledged = []byte(`{"type":"connection_ack"}`)
	pong         = []byte(`{"type":"pong"}`)
)

// receive waits for a message. A closing without a code says that the connection
// has ended.
func (c *socket) receive() (message, *closing) {
	var m message
	kind, text, err := c.conn.Read(context.WithoutCancel(c.ctx))
	switch {
	case err != nil:
		return m, &closing{}
	case kind != websocket.MessageText || !utf8.Valid(text) || json.Unmarshal(text, &m) != nil:
		return m, &closing{closeBadMessage, "a message has to be a JSON object as text"}
	}
	return m, nil
}

// authorization gives what an init shows, "" for nothing. Not ok when the
// payload is not as it has to be.
func (m message) authorization() (shown string, ok bool) {
	if len(m.Payload) == 0 {
		return "", true
	}
	var payload map[string]json.RawMessage
	if json.Unmarshal(m.Payload, &payload) != nil {
		return "", false
	}
	for name, value := range payload {
		if strings.EqualFold(name, "Authorization") && json.Unmarshal(value, &shown) != nil {
			return "", false
		}
	}
	return shown, true
}

// handle does what a message asks for; a closing says why it can't be.
func (c *socket) handle(m message) *closing {
	switch m.Type {
	case "ping":
		_ = c.write(pong) // a failure ends the connection, which the reader notices
	case "pong":
	case "complete":
		c.complete(m.ID)
	case "subscribe":
		if m.ID == "" || len(m.ID) > maxID {
			return &closing{closeBadMessage, "an operation has to have an id of at most 200 bytes"}
		}
		return c.subscribe(m)
	case "connection_init":
		return &closing{closeTwoInits, "connection_init has come already"}
	default:
		return &closing{closeBadMessage, "there is no message of this type"}
	}
	return nil
}

// operation is one that runs on a websocket.
type operation struct {
	socket *socket
	id     string
	ctx    context.Context
	end    context.CancelFunc
}

// subscribe starts an operation of any kind.
func (c *socket) subscribe(m message) *closing {
	ctx, end := context.WithCancel(graphql.StartOperationTrace(c.ctx))
	op := &operation{c, m.ID, ctx, end}
	why, full := c.admit(op, m.Payload)
	if full {
		_ = op.tell("error", graphQLErrors(needmap.Errorf(needmap.CodeTooComplex, "",
			"at most %d operations run at a time on one connection", c.limits.Operations)))
	}
	return why
}

// admit runs an operation if there is room for it.
func (c *socket) admit(op *operation, payload json.RawMessage) (why *closing, full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, known := c.running[op.id]
	switch {
	case c.running == nil: // the connection is about to end
	case known:
		why = &closing{closeDuplicate, "an operation with this id is running already"}
	case len(c.running) >= c.limits.Operations:
		full = true
	default:
		c.running[op.id] = op
		c.all.Go(func() { op.run(payload) })
		return nil, false
	}
	op.end()
	return why, full
}

// complete ends an operation that the client wants no more.
func (c *socket) complete(id string) {
	c.mu.Lock()
	op := c.running[id]
	delete(c.running, id)
	c.mu.Unlock()
	if op != nil {
		op.end()
	}
}

// run executes the operation and says how it ended. Its id is free again before
// the client hears of that.
func (op *operation) run(payload json.RawMessage) {
	defer op.end()
	problem := op.execute(payload)
	if why := endedFor(op.ctx); why != nil {
		problem = graphQLErrors(why)
	}
	if !op.leave() {
		return
	}
	if problem != nil {
		_ = op.tell("error", problem)
		return
	}
	_ = op.tell("complete", nil)
}

// leave frees the id; false when the client completed the operation itself.
func (op *operation) leave() bool {
	c := op.socket
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil { // all of them are ending
		return endedFor(op.ctx) != nil
	}
	if c.running[op.id] != op {
		return false
	}
	delete(c.running, op.id)
	return true
}

// execute sends each answer as next. An answer without data is no result but the
// operation's error, which is given back.
func (op *operation) execute(payload json.RawMessage) (problem []byte) {
	params, fail := parseBody(payload)
	if fail == nil {
		fail = check(params)
	}
	if fail != nil {
		return graphQLErrors(fail.err)
	}
	s := op.socket.server
	if !op.allowed() {
		return nil // run says why
	}
	s.all(op.ctx, params, func(response *graphql.Response) error {
		if response.Data == nil && len(response.Errors) > 0 {
			var list bytes.Buffer
			appendJSON(&list, response.Errors)
			problem = list.Bytes()
			return errFailed
		}
		return op.tell("next", appendResponse(nil, response))
	})
	return problem
}

// allowed looks again at who the caller is, who showed that when the websocket was
// opened. A caller who is that no more loses the websocket.
func (op *operation) allowed() bool {
	if err := op.socket.checkAgain(op.ctx); err != nil {
		op.socket.end(err)
	}
	return op.ctx.Err() == nil
}

// tell sends a message of the operation with a finished payload, or none.
func (op *operation) tell(kind string, payload []byte) error {
	if kind == "next" && op.ctx.Err() != nil {
		return op.ctx.Err() // nobody waits for it
	}
	var text bytes.Buffer
	text.WriteString(`{"type":"` + kind + `","id":`)
	appendJSON(&text, op.id)
	if payload != nil {
		text.WriteString(`,"payload":`)
		text.Write(payload)
	}
	text.WriteByte('}')
	return op.socket.write(text.Bytes())
}

// graphQLErrors is the payload of a message error.
func graphQLErrors(err *needmap.Error) []byte {
	var list bytes.Buffer
	appendJSON(&list, failed(err).Errors)
	return list.Bytes()
}
