package gqlhttp

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Transport carries GraphQL over GET and POST. It supports every request, since
// it also answers those that are not GraphQL: 405, 406, 413, 415 and 400.
type Transport struct {
	BodyLimit int64 // bytes of a request body
}

var _ graphql.Transport = Transport{}

// Supports takes every request.
func (Transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
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
	params, fail := t.read(r)
	if fail != nil {
		refuse(w, media, fail.status, fail.err)
		return
	}
	execute(w, r, exec, media, params)
}

// execute runs a well-formed request. Errors found before its execution are
// 200 in application/json, which tells nothing by its status, and 400 in
// application/graphql-response+json.
func execute(
	w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor,
	media string, params *graphql.RawParams,
) {
	opCtx, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		status := http.StatusOK
		if media == mediaGraphQL {
			status = http.StatusBadRequest
		}
		ctx := graphql.WithOperationContext(r.Context(), opCtx)
		write(w, media, status, exec.DispatchError(ctx, explain(params.Query, errs)))
		return
	}
	if r.Method == http.MethodGet && opCtx.Operation.Operation != ast.Query {
		refuseMethod(w, media, "POST", "GET only reads: send this operation by POST")
		return
	}
	responses, ctx := exec.DispatchOperation(r.Context(), opCtx)
	response := responses(ctx)
	if response == nil { // the request was cancelled, or ran out of time
		refuse(w, media, http.StatusServiceUnavailable,
			needmap.Errorf(needmap.CodeUnavailable, "", "the request was given up before it was answered"))
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
	write(w, media, status, &graphql.Response{Errors: gqlerror.List{graphQLError(err)}})
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
