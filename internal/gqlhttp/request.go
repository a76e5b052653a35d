package gqlhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/internal/needmap"
)

// failure is a request that is not well-formed GraphQL over HTTP.
type failure struct {
	status int
	err    *needmap.Error
}

func badRequest(field, format string, args ...any) *failure {
	return &failure{http.StatusBadRequest, needmap.Invalid(field, format, args...)}
}

// read takes the parameters of a GET or POST request.
func (s *server) read(r *http.Request) (*graphql.RawParams, *failure) {
	start := graphql.Now()
	var params *graphql.RawParams
	var fail *failure
	if r.Method == http.MethodGet {
		params, fail = readQuery(r.URL.RawQuery)
	} else {
		params, fail = s.readBody(r)
	}
	if fail != nil {
		return nil, fail
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, check(params)
}

// check refuses parameters that can't be those of an operation.
func check(params *graphql.RawParams) *failure {
	if strings.TrimSpace(params.Query) == "" {
		return badRequest("query", "the parameter query is missing or empty")
	}
	if err := checkVariables(params.Variables); err != nil {
		return &failure{http.StatusBadRequest, err}
	}
	return nil
}

// drainLimit is how much of a body that is too long is read and thrown away.
const drainLimit = 32 << 20

func (s *server) readBody(r *http.Request) (*graphql.RawParams, *failure) {
	media, attributes, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	encoding := r.Header.Get("Content-Encoding")
	if err != nil || media != mediaJSON || !isUTF8(attributes) || (encoding != "" && encoding != "identity") {
		return nil, &failure{http.StatusUnsupportedMediaType, needmap.Invalid("",
			"the body must be sent as %s in UTF-8, not compressed", mediaJSON)}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, s.bodyLimit+1))
	if int64(len(body)) > s.bodyLimit {
		// Clients that are still sending read no answer; a connection that closes on
		// them shows as broken. So a body that is not beyond all measure is read out.
		_, _ = io.CopyN(io.Discard, r.Body, drainLimit)
		return nil, &failure{http.StatusRequestEntityTooLarge, needmap.Errorf(needmap.CodeTooComplex, "",
			"the body is longer than %d bytes", s.bodyLimit)}
	}
	if err != nil {
		return nil, badRequest("", "the body broke off")
	}
	return parseBody(body)
}

// parseBody reads a JSON object of parameters, and nothing after it.
func parseBody(body []byte) (*graphql.RawParams, *failure) {
	if !utf8.Valid(body) {
		return nil, badRequest("", "the body is not valid UTF-8")
	}
	switch body = bytes.TrimSpace(body); {
	case len(body) == 0:
		return nil, badRequest("", "the body is empty: send a JSON object with a query")
	case body[0] == '[':
		return nil, badRequest("", "batches are not served: send one JSON object for each request")
	}
	var raw struct {
		Query, OperationName, Variables, Extensions any
	}
	if err := decodeJSON(body, &raw); err != nil {
		return nil, badRequest("", "the body %s", err.Error())
	}
	return parameters(raw.Query, raw.OperationName, raw.Variables, raw.Extensions)
}

// readQuery reads the parameters of a URL, of which variables and extensions
// are JSON.
func readQuery(rawQuery string) (*graphql.RawParams, *failure) {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, badRequest("", "the parameters in the URL are badly encoded")
	}
	var maps [2]any
	for i, name := range []string{"variables", "extensions"} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if err := decodeJSON([]byte(text), &maps[i]); err != nil {
			return nil, badRequest(name, "the parameter %s %s", name, err.Error())
		}
	}
	for name := range values {
		if !utf8.ValidString(values.Get(name)) {
			return nil, badRequest("", "the parameters in the URL are not valid UTF-8")
		}
	}
	return parameters(values.Get("query"), values.Get("operationName"), maps[0], maps[1])
}

// parameters checks the types of the parameters; all may be null.
func parameters(query, operationName, variables, extensions any) (*graphql.RawParams, *failure) {
	params := &graphql.RawParams{}
	for _, p := range []struct {
		name  string
		value any
		to    *string
	}{{"query", query, &params.Query}, {"operationName", operationName, &params.OperationName}} {
		text, ok := p.value.(string)
		if !ok && p.value != nil {
			return nil, badRequest(p.name, "the parameter %s must be a string", p.name)
		}
		*p.to = text
	}
	for _, p := range []struct {
		name  string
		value any
		to    *map[string]any
	}{{"variables", variables, &params.Variables}, {"extensions", extensions, &params.Extensions}} {
		object, ok := p.value.(map[string]any)
		if !ok && p.value != nil {
			return nil, badRequest(p.name, "the parameter %s must be a JSON object", p.name)
		}
		*p.to = object
	}
	return params, nil
}

// decodeJSON reads one JSON value, with numbers as they were written. Its error
// completes a sentence and names no Go type.
func decodeJSON(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(to)
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return errors.New("must be a JSON object")
	case errors.As(err, &syntax):
		return needmap.Invalid("", "is not JSON: %s, at byte %d", syntax.Error(), syntax.Offset)
	case err != nil:
		return errors.New("is not JSON: it breaks off")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("has something after its JSON value")
	}
	return nil
}
