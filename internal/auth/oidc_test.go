package auth_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
)

// clock is a time that tests move on.
type clock struct{ passed atomic.Int64 }

var began = time.Now().Truncate(time.Second)

func (c *clock) now() time.Time        { return began.Add(time.Duration(c.passed.Load())) }
func (c *clock) move(by time.Duration) { c.passed.Add(int64(by)) }

// coordinator are the claims of a good token, with changes; nil takes one away.
func coordinator(issuer string, changes map[string]any) map[string]any {
	all := map[string]any{
		"iss": issuer, "aud": "needmap", "sub": "f3a1", "exp": began.Add(time.Hour).Unix(), "iat": began.Unix(),
		"preferred_username": "m.rossi", "role": "COORDINATOR",
	}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

func host(issuer string) string { return strings.TrimPrefix(issuer, "http://") }

func TestOIDC(t *testing.T) {
	s := newSigner(t, rsaKey(), ecKey())
	a := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: settings(s.url)})
	for name, token := range map[string]string{
		"RSA":     sign(t, jose.RS256, rsaKey(), coordinator(s.url, nil)),
		"RSA-PSS": sign(t, jose.PS512, rsaKey(), coordinator(s.url, nil)),
		"EC":      sign(t, jose.ES256, ecKey(), coordinator(s.url, nil)),
		"no key's name": sign(t, jose.ES256, ecKey().Key, coordinator(s.url, map[string]any{
			"aud": []string{"account", "needmap"}})),
	} {
		v, err := a.Caller(t.Context(), token)
		if err != nil || v.Role != needmap.RoleCoordinator || v.Actor != "m.rossi (f3a1, "+host(s.url)+")" || !v.Expires.Equal(began.Add(time.Hour)) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	if n := s.fetched.Load(); n != 2 {
		t.Errorf("the issuer was asked %d times, want once for its description and once for its keys", n)
	}
}

// TestOIDCRefusals breaks one thing of a good token each.
func TestOIDCRefusals(t *testing.T) {
	s := newSigner(t, rsaKey())
	a := newAuthenticator(t, auth.Options{Store: &memory{organisations: map[string]int{"meta": 7}}, OIDC: settings(s.url)})
	good := sign(t, jose.RS256, rsaKey(), coordinator(s.url, nil))
	if _, err := a.Caller(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	der, err := x509.MarshalPKIXPublicKey(publicOf(rsaKey()))
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	asNone := func(header string) string {
		payload, _ := json.Marshal(coordinator(s.url, nil))
		return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
	}
	stranger := otherRSAKey()
	stranger.KeyID = "rsa" // it says that it is the issuer's key
	tokens := map[string]string{
		"another's signature":       sign(t, jose.RS256, stranger, coordinator(s.url, nil)),
		"a key that nobody has":     sign(t, jose.RS256, otherRSAKey(), coordinator(s.url, nil)),
		"a key that it brings":      sign(t, jose.ES256, ecKey(), coordinator(s.url, nil)),
		"no signature":              parts[0] + "." + parts[1] + ".",
		"another payload":           parts[0] + "." + strings.Split(asNone("{}"), ".")[1] + "x." + parts[2],
		"alg none":                  asNone(`{"alg":"none","typ":"JWT"}`),
		"alg None":                  asNone(`{"alg":"None","kid":"rsa"}`),
		"no alg":                    asNone(`{}`),
		"HS256 with the public key": sign(t, jose.HS256, publicPEM, coordinator(s.url, nil)),
		"HS256 with its DER":        sign(t, jose.HS256, jose.JSONWebKey{Key: der, KeyID: "rsa"}, coordinator(s.url, nil)),
		"no JWT":                    "hello", "dots": "..", "JSON": `{"payload":"e30","signatures":[]}`,
	}
	for name, changes := range map[string]map[string]any{
		"expired":                    {"exp": began.Add(-time.Minute).Unix()},
		"no end":                     {"exp": nil},
		"not yet valid":              {"nbf": began.Add(10 * time.Minute).Unix()},
		"another audience":           {"aud": "elsewhere"},
		"other audiences":            {"aud": []string{"needmap2", "account"}},
		"no audience":                {"aud": nil},
		"another issuer":             {"iss": "https://login.example.org"},
		"the issuer with a slash":    {"iss": s.url + "/"},
		"no issuer":                  {"iss": nil},
		"no role":                    {"role": nil},
		"an empty role":              {"role": ""},
		"an unknown role":            {"role": "BOSS"},
		"a role in small letters":    {"role": "admin"},
		"PUBLIC":                     {"role": "PUBLIC"},
		"a role that is a number":    {"role": 5},
		"a role in an object":        {"role": map[string]any{"ADMIN": true}},
		"unknown roles":              {"role": []any{"BOSS", 5, nil}},
		"OPERATOR without scope":     {"role": "OPERATOR"},
		"OPERATOR of empty lists":    {"role": "OPERATOR", "municipalities": []string{}, "organisations": []string{}},
		"OPERATOR of unknown slugs":  {"role": "OPERATOR", "organisations": []string{"nobody"}},
		"no name":                    {"sub": nil, "preferred_username": nil},
		"names that can't be shown":  {"sub": "a\nb", "preferred_username": "\x1b[2J"},
		"a name that is too long":    {"sub": strings.Repeat("a", 256), "preferred_username": nil},
		"a subject that is a number": {"sub": 5},
	} {
		tokens[name] = sign(t, jose.RS256, rsaKey(), coordinator(s.url, changes))
	}
	for name, token := range tokens {
		t.Run(name, func(t *testing.T) {
			v, err := a.Caller(t.Context(), token)
			checkRefused(t, v, err)
		})
	}
}

func TestOIDCClaims(t *testing.T) {
	s := newSigner(t, ecKey())
	o := settings(s.url)
	o.RoleClaim, o.MunicipalityClaim = "realm_access.roles", "https://example.org/codes"
	a := newAuthenticator(t, auth.Options{Store: &memory{organisations: map[string]int{"meta": 7, "prassi": 9}}, OIDC: o})
	roles := func(words ...string) map[string]any {
		return map[string]any{"roles": append(words, "offline_access")}
	}
	for _, c := range []struct {
		name           string
		changes        map[string]any
		role           needmap.Role
		actor          string
		municipalities []string
		organisations  []int
	}{
		{"a nested list", map[string]any{"realm_access": roles("ANALYST")}, "ANALYST", "m.rossi (f3a1, ", nil, nil},
		{"a nested text", map[string]any{"realm_access": map[string]any{"roles": "ADMIN"}}, "ADMIN", "m.rossi (f3a1, ", nil, nil},
		{"a claim of that very name", map[string]any{"realm_access.roles": "ANALYST", "realm_access": roles("ADMIN")}, "ANALYST", "m.rossi (f3a1, ", nil, nil},
		{"most rights", map[string]any{"realm_access": roles("OPERATOR", "COORDINATOR", "ANALYST")}, "COORDINATOR", "m.rossi (f3a1, ", nil, nil},
		{"a scope that the role has no use for", map[string]any{"realm_access": roles("ANALYST"), "organisations": "meta"}, "ANALYST", "m.rossi (f3a1, ", nil, nil},
		{"one municipality", map[string]any{"realm_access": roles("OPERATOR"), "https://example.org/codes": "058091-05"}, "OPERATOR", "m.rossi (f3a1, ", []string{"058091-05"}, nil},
		{"both", map[string]any{"realm_access": roles("OPERATOR"), "https://example.org/codes": []string{"VT", "058091"}, "organisations": []string{"meta", "gone", "prassi"}},
			"OPERATOR", "m.rossi (f3a1, ", []string{"VT", "058091"}, []int{7, 9}},
		{"another person of the same name", map[string]any{"realm_access": roles("ADMIN"), "sub": "77"}, "ADMIN", "m.rossi (77, ", nil, nil},
		{"by subject", map[string]any{"realm_access": roles("ADMIN"), "preferred_username": nil}, "ADMIN", "f3a1 (", nil, nil},
		{"a name that can't be shown", map[string]any{"realm_access": roles("ADMIN"), "preferred_username": "a\u202eb"}, "ADMIN", "f3a1 (", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := a.Caller(t.Context(), sign(t, jose.ES256, ecKey(), coordinator(s.url, c.changes)))
			if err != nil || v.Role != c.role || v.Actor != c.actor+host(s.url)+")" ||
				!slices.Equal(v.Municipalities, c.municipalities) || !slices.Equal(v.OrganisationIDs, c.organisations) {
				t.Errorf("got %+v, %v", v, err)
			}
		})
	}
}

func TestOIDCStoreIsAway(t *testing.T) {
	s := newSigner(t, ecKey())
	store := &memory{fails: needmap.Unavailable(errors.New("dial"), "the database does not answer for now")}
	a := newAuthenticator(t, auth.Options{Store: store, OIDC: settings(s.url)})
	_, err := a.Caller(t.Context(), sign(t, jose.ES256, ecKey(), coordinator(s.url, map[string]any{"role": "OPERATOR", "organisations": "meta"})))
	if needmap.ErrorCode(err) != needmap.CodeUnavailable {
		t.Errorf("got %v", err)
	}
}
