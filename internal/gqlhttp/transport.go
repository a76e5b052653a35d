package gqlhttp

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// answer answers one request that came over GET or POST, and those that are not
// GraphQL: 405, 406, 413, 415 and 400.
func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		refuseMethod(w, mediaJSON, "GET, POST", "the method is not allowed: send GET or POST")
		return
	}
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		refuse(w, mediaJSON, http.StatusNotAcceptable, needmap.Invalid("",
			"the answer can be %s or %s, and the Accept header allows neither", mediaJSON, mediaGraphQL))
		return
	}
	params, fail := s.read(r)
	if fail != nil {
		refuse(w, plainMedia(media), fail.status, fail.err)
		return
	}
	s.execute(w, r, media, params)
}

// plainMedia is the media type of an answer that is no stream.
func plainMedia(media string) string {
	if media == mediaEvents {
		return mediaJSON
	}
	return media
}

// execute runs a well-formed request. Errors found before its execution are
// 200 in application/json, which tells nothing by its status, and 400 in
// application/graphql-response+json. A subscription is always a stream.
func (s *server) execute(w http.ResponseWriter, r *http.Request, media string, params *graphql.RawParams) {
	opCtx, refused := s.prepare(r.Context(), params)
	isStream := opCtx != nil && opCtx.Operation.Operation == ast.Subscription
	switch {
	case isStream && !acceptsEvents(r.Header.Values("Accept")):
		refused = failed(needmap.Invalid("", "a subscription is told over a websocket, or as %s to who accepts that", mediaEvents))
	case opCtx != nil && r.Method == http.MethodGet && opCtx.Operation.Operation == ast.Mutation:
		refuseMethod(w, plainMedia(media), "POST", "GET only reads: send this operation by POST")
		return
	case isStream || media == mediaEvents:
		s.serveEvents(w, r, params)
		return
	}
	if refused != nil {
		status := http.StatusOK
		if media == mediaGraphQL {
			status = http.StatusBadRequest
		}
		write(w, media, status, refused)
		return
	}
	response := s.once(r.Context(), opCtx)
	if response == nil { // the request was cancelled, or ran out of time
		refuse(w, media, http.StatusServiceUnavailable, errGivenUp)
		return
	}
	write(w, media, http.StatusOK, response)
}

func refuseMethod(w http.ResponseWriter, media, allow, message string) {
	w.Header().Set("Allow", allow)
	refuse(w, media, http.StatusMethodNotAllowed, needmap.Invalid("", "%s", message))
}

// refuse answers with one error and no data.
func refuse(w http.ResponseWriter, media string, status int, err *needmap.Error) {
	write(w, media, status, failed(err))
}

// graphQLError gives an error its form in an answer.
func graphQLError(err *needmap.Error) *gqlerror.Error {
	extensions := map[string]any{"code": string(err.Code)}
	if err.Field != "" {
		extensions["field"] = shorten(err.Field)
	}
	return &gqlerror.Error{Message: shorten(err.Message), Extensions: extensions}
}

// maxMessage is the longest message in bytes: what a client sent is not echoed whole.
const maxMessage = 300

func shorten(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}
