package gqlhttp

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

var errGivenUp = needmap.Errorf(needmap.CodeUnavailable, "", "the request was given up before it was answered")

// prepare checks a well-formed request. When it can't be executed, it gives the
// answer that says so.
func (s *server) prepare(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, *graphql.Response) {
	opCtx, errs := s.exec.CreateOperationContext(ctx, params)
	if errs == nil {
		return opCtx, nil
	}
	return nil, s.exec.DispatchError(graphql.WithOperationContext(ctx, opCtx), explain(params.Query, errs))
}

// once executes a query or a mutation; nil when it ran out of time.
func (s *server) once(ctx context.Context, opCtx *graphql.OperationContext) *graphql.Response {
	if s.timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		ctx = limited
	}
	responses, ctx := s.exec.DispatchOperation(ctx, opCtx)
	return responses(ctx)
}

var errFailed = errors.New("the operation failed")

// all executes any operation and sends what it answers, until ctx ends or an
// answer can't be sent. A panic outside the resolvers is answered like one in them.
func (s *server) all(ctx context.Context, params *graphql.RawParams, send func(*graphql.Response) error) {
	defer func() {
		if p := recover(); p != nil {
			_ = s.exec.PresentRecoveredError(ctx, p)
			_ = send(failed(internalError))
		}
	}()
	opCtx, refused := s.prepare(ctx, params)
	if refused != nil {
		_ = send(refused)
		return
	}
	s.stream(ctx, opCtx, send)
}

func (s *server) stream(ctx context.Context, opCtx *graphql.OperationContext, send func(*graphql.Response) error) {
	if opCtx.Operation.Operation != ast.Subscription {
		response := s.once(ctx, opCtx)
		if response == nil {
			response = failed(errGivenUp)
		}
		_ = send(response)
		return
	}
	responses, ctx := s.exec.DispatchOperation(ctx, opCtx)
	for {
		response := responses(ctx)
		if response == nil || send(response) != nil {
			return
		}
	}
}

// failed is an answer of one error and no data.
func failed(err *needmap.Error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{graphQLError(err)}}
}
