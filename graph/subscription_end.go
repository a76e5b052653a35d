package graph

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// StreamErrors is the gqlgen extension that says why a subscription ended: as a
// last answer with an error and without data. gqlgen itself only lets a resolver
// close its channel. It also bounds what one message may take.
type StreamErrors struct {
	// Timeout bounds the resolvers of one message; 30 s if zero.
	Timeout time.Duration
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationInterceptor
	graphql.ResponseInterceptor
} = StreamErrors{}

// ExtensionName names the extension.
func (StreamErrors) ExtensionName() string { return "StreamErrors" }

// Validate accepts every schema.
func (StreamErrors) Validate(graphql.ExecutableSchema) error { return nil }

// endKey finds why the subscription of a context ended.
type endKey struct{}

type end struct {
	announced chan struct{} // each message before it comes; nil without a stream
	mu        sync.Mutex
	err       error
}

// take gives the reason once.
func (e *end) take() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.err
	e.err = nil
	return err
}

// InterceptOperation keeps room for the reason.
func (StreamErrors) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return next(context.WithValue(ctx, endKey{}, &end{}))
}

// InterceptResponse turns the end of a stream that has a reason into an answer.
func (s StreamErrors) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	reason, ok := ctx.Value(endKey{}).(*end)
	if !ok {
		return next(ctx)
	}
	response := s.bounded(ctx, reason.announced, next)
	if response != nil {
		return response
	}
	err := reason.take()
	if err == nil {
		return nil
	}
	graphql.AddError(ctx, err)
	return &graphql.Response{Errors: graphql.GetErrors(ctx)}
}

// bounded waits for a message as long as it takes, and no longer than the timeout
// for what it shows.
func (s StreamErrors) bounded(ctx context.Context, announced <-chan struct{}, next graphql.ResponseHandler) *graphql.Response {
	if announced == nil {
		return next(ctx)
	}
	select {
	case <-announced:
	case <-ctx.Done():
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, 30*time.Second))
	defer cancel()
	return next(ctx)
}

// beginStream gives where a resolver announces each message before it sends it;
// it is to be closed with the stream.
func beginStream(ctx context.Context) chan struct{} {
	announced := make(chan struct{})
	if reason, ok := ctx.Value(endKey{}).(*end); ok {
		reason.announced = announced
	}
	return announced
}

// endStream says why a resolver is about to close its channel.
func endStream(ctx context.Context, err error) {
	if reason, ok := ctx.Value(endKey{}).(*end); ok {
		reason.mu.Lock()
		reason.err = err
		reason.mu.Unlock()
	}
}
