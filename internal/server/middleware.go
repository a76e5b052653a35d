package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// withCaller says who asks. Nobody has a token yet, so any that is shown is
// wrong. Demo mode also checks the Host header: a web page elsewhere could
// otherwise reach the server under a name of its own that points to loopback.
func withCaller(demo bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if demo && !isLoopback(hostOf(r)) {
			refuse(w, http.StatusMisdirectedRequest, needmap.CodeForbidden, "demo mode answers under loopback names only")
			return
		}
		if r.Header.Get("Authorization") != "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, needmap.CodeUnauthenticated, "this token is not valid")
			return
		}
		v := needmap.Viewer{Role: needmap.RolePublic, IsDemo: demo}
		if demo {
			v.Role = needmap.RoleCoordinator
		}
		next.ServeHTTP(w, r.WithContext(needmap.WithViewer(r.Context(), v)))
	})
}

func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	return host
}

// withDeadline bounds the work of one request.
func withDeadline(limit time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// withHeaders sets what every answer carries. Figures must not stay in shared
// caches; routes that may be cached say so themselves.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// withLog logs each request without its query, body or address: they can hold
// places and words of people.
func withLog(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		logger.Debug("request", "method", r.Method, "path", r.URL.Path, "status", recorder.status, "took", time.Since(start))
	})
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers and passes on.
func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
