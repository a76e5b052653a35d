package server

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// withCaller says who asks: the owner of the token, or without one nobody, who
// in demo mode is COORDINATOR. Demo mode also checks the Host header: a web page
// elsewhere could otherwise reach the server under a name of its own that points
// to loopback.
func withCaller(demo bool, callers Callers, logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if demo && !isLoopback(hostOf(r)) {
			refuse(w, http.StatusMisdirectedRequest, needmap.CodeForbidden, "demo mode answers under loopback names only")
			return
		}
		ctx, err := withNobody(r.Context(), demo, callers), error(nil)
		if shown := r.Header.Values("Authorization"); len(shown) > 0 {
			ctx, err = Authenticate(ctx, strings.Join(shown, ", ")) // several are no token
		}
		if err != nil {
			refuseCaller(w, logger, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// refuseCaller says that it is not known who asks: 401 for a token that is not
// valid, 503 when it can't be told for now.
func refuseCaller(w http.ResponseWriter, logger *slog.Logger, err error) {
	switch needmap.ErrorCode(err) {
	case needmap.CodeUnauthenticated:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		refuse(w, http.StatusUnauthorized, needmap.CodeUnauthenticated, err.Error())
	case needmap.CodeUnavailable:
		logger.Warn("who asks can't be told for now", "error", err, "cause", errors.Unwrap(err))
		refuse(w, http.StatusServiceUnavailable, needmap.CodeUnavailable, err.Error())
	default:
		logger.Error("who asks could not be told", "error", err)
		refuse(w, http.StatusInternalServerError, needmap.CodeInternal, "the server failed; the fault is in its log")
	}
}

func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	return host
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

// withLog logs each request by the route that it took. Its path, query, body and
// address can hold places and words of people, and tokens in the wrong place.
func withLog(logger *slog.Logger, routes *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !logger.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		_, route := routes.Handler(r)
		logger.Debug("request", "route", route, "status", recorder.status, "took", time.Since(start))
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
