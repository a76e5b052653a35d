package postgres_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func TestOldRequestsAreForgotten(t *testing.T) {
	db := pgtest.New(t)
	execute(t, db, `insert into request_key (actor, key, operation, request, at)
		select 'a', 'k' || d, 'confirmNeed', sha256('x'), now() - make_interval(days => d) from unnest(array[0, 29, 31, 400]) d`)
	forgotten, err := postgres.New(db).ForgetRequests(t.Context())
	if err != nil || forgotten != 2 {
		t.Errorf("%d forgotten, %v", forgotten, err)
	}
	if left := ask[string](t, db, `select string_agg(key, ' ' order by key) from request_key`); left != "k0 k29" {
		t.Errorf("%s left", left)
	}
}
