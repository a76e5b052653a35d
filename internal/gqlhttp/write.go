package gqlhttp

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/99designs/gqlgen/graphql"
)

// write sends an answer. The data are finished bytes already and go out as they
// are; marshalling the response whole would scan and copy them once more.
func write(w http.ResponseWriter, media string, status int, response *graphql.Response) {
	before, after := envelope(response)
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(status)
	// A failed write means that the client left: there is nobody to tell.
	_, _ = w.Write(before)
	_, _ = w.Write(response.Data)
	_, _ = w.Write(after)
}

// appendResponse writes an answer in one piece.
func appendResponse(dst []byte, response *graphql.Response) []byte {
	before, after := envelope(response)
	dst = slices.Grow(dst, len(before)+len(response.Data)+len(after))
	return append(append(append(dst, before...), response.Data...), after...)
}

// envelope gives what stands around the data of an answer. An answer without
// data, as the specification wants of a request that was never executed, has no
// such entry; data that an error made null say so.
func envelope(response *graphql.Response) (head, tail []byte) {
	var before, after bytes.Buffer
	before.WriteByte('{')
	if len(response.Errors) > 0 {
		before.WriteString(`"errors":`)
		appendJSON(&before, response.Errors)
	}
	if response.Data != nil || len(response.Errors) == 0 {
		if len(response.Errors) > 0 {
			before.WriteByte(',')
		}
		before.WriteString(`"data":`)
		if response.Data == nil {
			before.WriteString("null")
		}
	}
	if len(response.Extensions) > 0 {
		after.WriteString(`,"extensions":`)
		appendJSON(&after, response.Extensions)
	}
	after.WriteByte('}')
	return before.Bytes(), after.Bytes()
}

// appendJSON panics on values that are no JSON, such as an extension that holds
// a channel: the program's own fault, answered as INTERNAL.
func appendJSON(to *bytes.Buffer, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	to.Write(text)
}
