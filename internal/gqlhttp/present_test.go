package gqlhttp_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

func TestPresentError(t *testing.T) {
	ctx := graphql.WithFieldContext(context.Background(), &graphql.FieldContext{
		Field: graphql.CollectedField{Field: &ast.Field{Name: "needs", Alias: "all"}},
	})
	argument := func(err error) error {
		return gqlerror.WrapPath(ast.Path{ast.PathName("all"), ast.PathName("filter"), ast.PathName("within")}, err)
	}
	secret := errors.New("pq: secret")
	tests := []struct {
		name                 string
		err                  error
		code, field, message string
		logged               bool
	}{
		{"of the contract", needmap.Invalid("first", "too many"), "INVALID", "first", "too many", false},
		{"wrapped", argument(needmap.Invalid("", "an open ring")), "INVALID", "filter.within", "an open ring", false},
		{"an argument of the wrong type", argument(secret), "INVALID", "filter.within",
			"the argument filter.within does not fit its type", false},
		{"a resolver's", secret, "INTERNAL", "", "the server failed; the fault is in its log", true},
		{"hidden cause", needmap.Unavailable(secret, "away"), "UNAVAILABLE", "", "away", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			got := gqlhttp.PresentError(slog.New(slog.NewTextHandler(&log, nil)))(ctx, graphql.ErrorOnPath(ctx, tt.err))
			field, _ := got.Extensions["field"].(string)
			if got.Extensions["code"] != tt.code || field != tt.field || got.Message != tt.message {
				t.Errorf("got %q %v, want %q %s %q", got.Message, got.Extensions, tt.message, tt.code, tt.field)
			}
			if got.Path.String() != "all" {
				t.Errorf("path is %s, want all", got.Path)
			}
			if logged := strings.Contains(log.String(), "secret"); logged != tt.logged {
				t.Errorf("logged is %v, want %v", logged, tt.logged)
			}
		})
	}
}
