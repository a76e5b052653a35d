// Package gqlhttp serves an executable schema over HTTP as the GraphQL-over-HTTP
// specification has it, to clients that may be hostile: whatever they send is
// answered quickly, in bounded memory, and with a code of the published enum in
// extensions.code.
package gqlhttp

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/innovainrete/needmap/graph/cost"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Options says how a schema is served. The zero value serves with the default
// limits, introspection and suggestions off.
type Options struct {
	// Introspection allows __schema and __type, and lets errors suggest names.
	Introspection bool
	// Cost bounds and prices requests. Its NoIntrospection is set by Introspection.
	Cost cost.Options
	// BodyLimit is the longest request body in bytes; 1 MB (1<<20) if zero.
	BodyLimit int64
	// ErrorPresenter words the errors of resolvers; PresentError if nil. Errors
	// that carry a code of the enum already, such as this package's own, pass it by.
	ErrorPresenter graphql.ErrorPresenterFunc
	// Logger takes panics and unexplained errors; slog.Default() if nil.
	Logger *slog.Logger
	// Timeout bounds a query or a mutation; none if zero.
	Timeout time.Duration
	// Streams bounds websockets and event streams.
	Streams StreamOptions
	// Init finds out who a websocket's caller is by what its connection_init shows
	// as Authorization, for clients that can't set headers, and puts it into the
	// context. Nothing can be shown if it is nil.
	Init func(ctx context.Context, authorization string) (context.Context, error)
	// Recheck tells whether the caller of a stream still may be who it is; an error
	// ends the stream.
	Recheck func(ctx context.Context) error
	// Extensions are further gqlgen extensions, outermost first.
	Extensions []graphql.HandlerExtension
}

// NewHandler serves es at any path. It panics when an extension, or a price in
// opts.Cost, does not fit the schema, which is a fault of the program.
func NewHandler(es graphql.ExecutableSchema, opts Options) http.Handler {
	logger := cmp.Or(opts.Logger, slog.Default())
	present := opts.ErrorPresenter
	if present == nil {
		present = PresentError(logger)
	}
	opts.Cost.NoIntrospection = !opts.Introspection
	guard, documents := cost.New(opts.Cost), newCache()

	exec := executor.New(es)
	exec.SetQueryCache(documents)
	exec.SetErrorPresenter(passCoded(present))
	exec.SetRecoverFunc(recoverer(logger))
	exec.SetDisableSuggestion(!opts.Introspection)
	if !opts.Introspection {
		exec.SetDefaultRulesFn(rulesWithoutSuggestions)
	}
	exec.Use(documentCheck{known: documents, guard: guard})
	exec.Use(conditionCheck{})
	exec.Use(subscriptionCheck{})
	exec.Use(guard)
	exec.Use(allowIntrospection{})
	for _, extension := range opts.Extensions {
		exec.Use(extension)
	}
	limits := opts.Streams.withDefaults()
	return &server{
		exec: exec, bodyLimit: cmp.Or(opts.BodyLimit, 1<<20), timeout: opts.Timeout,
		limits: limits, places: newPlaces(limits.Max), init: opts.Init, recheck: opts.Recheck,
	}
}

// server answers every request: one by one, as events or over a websocket.
type server struct {
	exec      *executor.Executor
	bodyLimit int64 // bytes of a request body or a websocket's message
	timeout   time.Duration
	limits    StreamOptions
	places    places
	init      func(context.Context, string) (context.Context, error)
	recheck   func(context.Context) error
}

// ServeHTTP serves one request. A panic outside the resolvers, which have their
// own guard, is logged and answered with INTERNAL.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			_ = s.exec.PresentRecoveredError(r.Context(), p)
			refuse(w, mediaJSON, http.StatusInternalServerError, internalError)
		}
	}()
	r = r.WithContext(graphql.StartOperationTrace(r.Context()))
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		s.serveSocket(w, r)
		return
	}
	s.answer(w, r)
}

func recoverer(logger *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		logger.ErrorContext(ctx, "panic", "panic", needmap.Panicked(p), "stack", string(debug.Stack()))
		return internalError
	}
}

// rulesWithoutSuggestions swaps the rules that would name what a client
// misspelt. The executor swaps two more by itself.
func rulesWithoutSuggestions() *rules.Rules {
	set := rules.NewDefaultRules()
	set.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	set.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	set.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	return set
}

// allowIntrospection lifts gqlgen's own ban, whose error has no code: the cost
// guard decides.
type allowIntrospection struct{}

func (allowIntrospection) ExtensionName() string                   { return "AllowIntrospection" }
func (allowIntrospection) Validate(graphql.ExecutableSchema) error { return nil }
func (allowIntrospection) MutateOperationContext(
	_ context.Context, opCtx *graphql.OperationContext,
) *gqlerror.Error {
	opCtx.DisableIntrospection = false
	return nil
}
