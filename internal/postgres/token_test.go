package postgres_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func TestTokens(t *testing.T) {
	db := pgtest.New(t)
	execute(t, db, `insert into organisation (is_cooperative, slug, name) values (true, 'meta', 'Meta'), (true, 'prassi', 'Prassi')`)
	store, ctx := postgres.New(db), t.Context()
	end := time.Now().Add(time.Hour).Truncate(time.Microsecond)
	first, second := sha256.Sum256([]byte("first")), sha256.Sum256([]byte("second"))

	id, err := store.CreateToken(ctx, needmap.TokenGrant{
		Name: "Sportello", Role: needmap.RoleOperator, Municipalities: []string{"058091-05", "VT"}, Organisations: []string{"prassi", "meta"}, ExpiresAt: end,
	}, first)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := store.CreateToken(ctx, needmap.TokenGrant{Name: "Capo", Role: needmap.RoleAdmin, ExpiresAt: end}, second)
	if err != nil || admin == id {
		t.Fatalf("token %d, %v", admin, err)
	}
	got, err := store.TokenByHash(ctx, first)
	if err != nil || got.ID != id || got.Name != "Sportello" || got.Role != needmap.RoleOperator || !got.ExpiresAt.Equal(end) || got.RevokedAt != nil ||
		!slices.Equal(got.Municipalities, []string{"058091-05", "VT"}) || !slices.Equal(got.OrganisationIDs, []int{2, 1}) ||
		!slices.Equal(got.Organisations, []string{"meta", "prassi"}) || time.Since(got.CreatedAt) > time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := store.TokenByHash(ctx, sha256.Sum256([]byte("third"))); needmap.ErrorCode(err) != needmap.CodeNotFound {
		t.Errorf("a token that is not there: %v", err)
	}
	list, err := store.Tokens(ctx)
	if err != nil || len(list) != 2 || list[0].ID != id || list[1].ID != admin || len(list[1].Municipalities)+len(list[1].OrganisationIDs) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestRevokeToken(t *testing.T) {
	store, ctx, hash := postgres.New(pgtest.New(t)), t.Context(), sha256.Sum256([]byte("x"))
	id, err := store.CreateToken(ctx, needmap.TokenGrant{Name: "x", Role: needmap.RoleAdmin, ExpiresAt: time.Now().Add(time.Hour)}, hash)
	if err != nil {
		t.Fatal(err)
	}
	var first time.Time
	for range 2 {
		if err := store.RevokeToken(ctx, id); err != nil {
			t.Fatal(err)
		}
		got, err := store.TokenByHash(ctx, hash)
		if err != nil || got.State(time.Now()) != needmap.TokenRevoked {
			t.Fatalf("%+v, %v", got, err)
		}
		if first.IsZero() {
			first = *got.RevokedAt
		}
		if !got.RevokedAt.Equal(first) {
			t.Errorf("revoked at %s, first at %s", got.RevokedAt, first)
		}
	}
	if err := store.RevokeToken(ctx, id+1); needmap.ErrorCode(err) != needmap.CodeNotFound {
		t.Errorf("a token that is not there: %v", err)
	}
}

func TestTokenOfAnUnknownOrganisation(t *testing.T) {
	db := pgtest.New(t)
	store := postgres.New(db)
	_, err := store.CreateToken(t.Context(), needmap.TokenGrant{
		Name: "x", Role: needmap.RoleOperator, Organisations: []string{"nobody"}, ExpiresAt: time.Now().Add(time.Hour),
	}, [32]byte{1})
	if needmap.ErrorCode(err) != needmap.CodeInvalid || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("got %v", err)
	}
	if n := value[int](t, db, `select count(*) from token`); n != 0 {
		t.Errorf("%d tokens", n)
	}
	if ids, err := store.OrganisationIDs(t.Context(), []string{"nobody"}); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
}
