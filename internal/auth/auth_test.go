package auth_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
)

// memory is a Store that keeps everything in memory, or fails.
type memory struct {
	tokens        map[[32]byte]needmap.Token
	organisations map[string]int
	fails         error
}

func (m *memory) TokenByHash(_ context.Context, hash [32]byte) (needmap.Token, error) {
	if m.fails != nil {
		return needmap.Token{}, m.fails
	}
	if t, ok := m.tokens[hash]; ok {
		return t, nil
	}
	return needmap.Token{}, needmap.NotFound("there is no such token")
}

func (m *memory) OrganisationIDs(_ context.Context, slugs []string) (ids []int, err error) {
	for _, slug := range slugs {
		if id, ok := m.organisations[slug]; ok {
			ids = append(ids, id)
		}
	}
	return ids, m.fails
}

func newAuthenticator(t *testing.T, o auth.Options) *auth.Authenticator {
	t.Helper()
	a, err := auth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// refusal is the one thing that the owner of a bad token is told.
const refusal = "this token is not valid"

func checkRefused(t *testing.T, v needmap.Viewer, err error) {
	t.Helper()
	if needmap.ErrorCode(err) != needmap.CodeUnauthenticated || err.Error() != refusal || v.Role != "" {
		t.Errorf("got %+v, %v; want it refused", v, err)
	}
}

func TestOwnToken(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	token, hash := auth.NewToken()
	kept := needmap.Token{
		ID: 3, Name: "Sportello V", Role: needmap.RoleOperator, Municipalities: []string{"058091-05"}, OrganisationIDs: []int{7},
		ExpiresAt: now.Add(time.Hour),
	}
	store := &memory{tokens: map[[32]byte]needmap.Token{hash: kept}}
	a := newAuthenticator(t, auth.Options{Store: store, Now: func() time.Time { return now }})

	v, err := a.Caller(t.Context(), token)
	if err != nil || v.Role != needmap.RoleOperator || v.Actor != "Sportello V (token 3)" || !v.Expires.Equal(kept.ExpiresAt) ||
		!slices.Equal(v.Municipalities, kept.Municipalities) || !slices.Equal(v.OrganisationIDs, kept.OrganisationIDs) || v.IsDemo {
		t.Errorf("got %+v, %v", v, err)
	}
	other, _ := auth.NewToken()
	for name, wrong := range map[string]string{
		"another": other, "none": "", "only the prefix": "nm_", "cut": token[:len(token)-1], "longer": token + "A", "without its prefix": token[3:],
		"in capitals": strings.ToUpper(token), "a JWT without an issuer": "eyJhbGciOiJub25lIn0.e30.", "the hash": string(hash[:]),
		"very long": "nm_" + strings.Repeat("A", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			v, err := a.Caller(t.Context(), wrong)
			checkRefused(t, v, err)
		})
	}
	revoked := now.Add(-time.Minute)
	for name, change := range map[string]func(*needmap.Token){
		"expired": func(t *needmap.Token) { t.ExpiresAt = now },
		"revoked": func(t *needmap.Token) { t.RevokedAt = &revoked },
	} {
		t.Run(name, func(t *testing.T) {
			changed := kept
			change(&changed)
			store.tokens[hash] = changed
			v, err := a.Caller(t.Context(), token)
			checkRefused(t, v, err)
		})
	}
}

// TestLongTokensAreNotLookedAt has a store and an issuer that would fail.
func TestLongTokensAreNotLookedAt(t *testing.T) {
	store := &memory{fails: errors.New("asked")}
	a := newAuthenticator(t, auth.Options{Store: store, OIDC: settings("http://127.0.0.1:1")})
	for _, prefix := range []string{"nm_", "eyJ"} {
		v, err := a.Caller(t.Context(), prefix+strings.Repeat("A", 8<<10))
		checkRefused(t, v, err)
	}
}

func TestDatabaseIsAway(t *testing.T) {
	token, _ := auth.NewToken()
	store := &memory{fails: needmap.Unavailable(errors.New("dial"), "the database does not answer for now")}
	_, err := newAuthenticator(t, auth.Options{Store: store}).Caller(t.Context(), token)
	if needmap.ErrorCode(err) != needmap.CodeUnavailable {
		t.Errorf("got %v", err)
	}
}

func TestNewTokensDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token, hash := auth.NewToken()
		if seen[token] || !strings.HasPrefix(token, "nm_") || len(token) != 46 || hash != auth.Hash(token) {
			t.Fatalf("token of %d characters, known: %v", len(token), seen[token])
		}
		seen[token] = true
	}
}

func TestSettings(t *testing.T) {
	with := func(change func(*auth.OIDC)) auth.OIDC {
		o := settings("https://login.example.org/realms/rete")
		change(&o)
		return o
	}
	for _, c := range []struct {
		name  string
		oidc  auth.OIDC
		field string
	}{
		{"none", auth.OIDC{}, ""},
		{"defaults of the flags alone", auth.OIDC{RoleClaim: "role", MunicipalityClaim: "m", OrganisationClaim: "o"}, ""},
		{"https", with(func(*auth.OIDC) {}), ""},
		{"http on this machine", with(func(o *auth.OIDC) { o.Issuer = "http://localhost:8080/realm" }), ""},
		{"http on loopback", with(func(o *auth.OIDC) { o.Issuer = "http://[::1]:8080" }), ""},
		{"http elsewhere", with(func(o *auth.OIDC) { o.Issuer = "http://login.example.org" }), "oidc-issuer"},
		{"http that begins like loopback", with(func(o *auth.OIDC) { o.Issuer = "http://127.0.0.1.example.org" }), "oidc-issuer"},
		{"no URL", with(func(o *auth.OIDC) { o.Issuer = "login.example.org" }), "oidc-issuer"},
		{"another scheme", with(func(o *auth.OIDC) { o.Issuer = "file:///etc/passwd" }), "oidc-issuer"},
		{"a query", with(func(o *auth.OIDC) { o.Issuer += "?a=b" }), "oidc-issuer"},
		{"a password", with(func(o *auth.OIDC) { o.Issuer = "https://u:p@login.example.org" }), "oidc-issuer"},
		{"broken", with(func(o *auth.OIDC) { o.Issuer = "https://%zz" }), "oidc-issuer"},
		{"keys over http", with(func(o *auth.OIDC) { o.JWKSURL = "http://login.example.org/keys" }), "oidc-jwks-url"},
		{"keys over https", with(func(o *auth.OIDC) { o.JWKSURL = "https://keys.example.org/keys" }), ""},
		{"no audience", with(func(o *auth.OIDC) { o.Audience = "" }), "oidc-audience"},
		{"an audience without an issuer", auth.OIDC{Audience: "needmap"}, "oidc-issuer"},
		{"keys without an issuer", auth.OIDC{JWKSURL: "https://keys.example.org"}, "oidc-issuer"},
		{"no role claim", with(func(o *auth.OIDC) { o.RoleClaim = "" }), "oidc-role-claim"},
		{"no municipality claim", with(func(o *auth.OIDC) { o.MunicipalityClaim = "" }), "oidc-municipality-claim"},
		{"no organisation claim", with(func(o *auth.OIDC) { o.OrganisationClaim = "" }), "oidc-organisation-claim"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := auth.New(auth.Options{Store: &memory{}, OIDC: c.oidc})
			var known *needmap.Error
			if c.field == "" && err != nil {
				t.Error(err)
			}
			if c.field != "" && (!errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != c.field) {
				t.Errorf("got %v, want INVALID of %s", err, c.field)
			}
		})
	}
}
