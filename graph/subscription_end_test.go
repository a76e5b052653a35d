package graph

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// TestMessagesAreBounded waits for a message without end, and for what it shows no
// longer than the timeout. The clock is the test's own.
func TestMessagesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const quiet = time.Hour
		for want, s := range map[time.Duration]StreamErrors{5 * time.Second: {Timeout: 5 * time.Second}, 30 * time.Second: {}} {
			var ctx context.Context
			s.InterceptOperation(t.Context(), func(c context.Context) graphql.ResponseHandler {
				ctx = c
				return nil
			})
			announced, begun := beginStream(ctx), time.Now()
			go func() {
				<-time.After(quiet)
				announced <- struct{}{}
				close(announced)
			}()
			stuck := func(ctx context.Context) *graphql.Response {
				<-ctx.Done()
				return &graphql.Response{}
			}
			if s.InterceptResponse(ctx, stuck) == nil || time.Since(begun) != quiet+want {
				t.Errorf("a message is given up after %v, want %v", time.Since(begun)-quiet, want)
			}
			over := func(context.Context) *graphql.Response { return nil }
			if got := s.InterceptResponse(ctx, over); got != nil {
				t.Errorf("after the stream: %+v", got)
			}
		}
	})
}
