package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// readyTimeout bounds the check of readiness.
const readyTimeout = 2 * time.Second

func healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

func ready(check func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := check(ctx); err != nil {
			refuse(w, http.StatusServiceUnavailable, needmap.CodeUnavailable, "the database does not answer for now")
			return
		}
		healthy(w, r)
	})
}

// refuse answers in the form of a GraphQL error, which clients read already.
func refuse(w http.ResponseWriter, status int, code needmap.Code, message string) {
	type extensions struct {
		Code needmap.Code `json:"code"`
	}
	type problem struct {
		Message    string     `json:"message"`
		Extensions extensions `json:"extensions"`
	}
	body, _ := json.Marshal(map[string][]problem{"errors": {{message, extensions{code}}}}) // plain values always encode
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(body)
}
