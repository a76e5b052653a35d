package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// StreamErrors is the gqlgen extension that says why a subscription ended: as a
// last answer with an error and without data. gqlgen itself only lets a resolver
// close its channel.
type StreamErrors struct{}

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
	mu  sync.Mutex
	err error
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
func (StreamErrors) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	reason, ok := ctx.Value(endKey{}).(*end)
	if response != nil || !ok {
		return response
	}
	err := reason.take()
	if err == nil {
		return nil
	}
	graphql.AddError(ctx, err)
	return &graphql.Response{Errors: graphql.GetErrors(ctx)}
}

// endStream says why a resolver is about to close its channel.
func endStream(ctx context.Context, err error) {
	if reason, ok := ctx.Value(endKey{}).(*end); ok {
		reason.mu.Lock()
		reason.err = err
		reason.mu.Unlock()
	}
}
