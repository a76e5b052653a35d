package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/innovainrete/needmap/internal/auth"
)

// signer is an OpenID Connect issuer that signs, over real HTTP.
type signer struct {
	url     string
	fetched atomic.Int64 // documents that were asked for
	answer  atomic.Value // http.HandlerFunc in place of its documents; nil for them

	mu   sync.Mutex
	keys []jose.JSONWebKey // private
}

// newSigner starts an issuer with some keys.
func newSigner(t *testing.T, keys ...jose.JSONWebKey) *signer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveSigner(t, listener, keys...)
}

func serveSigner(t *testing.T, listener net.Listener, keys ...jose.JSONWebKey) *signer {
	t.Helper()
	s := &signer{url: "http://" + listener.Addr().String(), keys: keys}
	server := httptest.NewUnstartedServer(s)
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return s
}

func (s *signer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.fetched.Add(1)
	if answer, _ := s.answer.Load().(http.HandlerFunc); answer != nil {
		answer(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		// It also offers what must never be taken.
		writeJSON(w, map[string]any{"issuer": s.url, "jwks_uri": s.url + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}})
	case "/keys":
		s.mu.Lock()
		defer s.mu.Unlock()
		var set jose.JSONWebKeySet
		for _, key := range s.keys {
			set.Keys = append(set.Keys, key.Public())
		}
		writeJSON(w, set)
	default:
		http.NotFound(w, r)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// use puts other keys in the place of those that there are.
func (s *signer) use(keys ...jose.JSONWebKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = keys
}

// settings are the flags' defaults for an issuer.
func settings(issuer string) auth.OIDC {
	return auth.OIDC{Issuer: issuer, Audience: "needmap", RoleClaim: "role", MunicipalityClaim: "municipalities", OrganisationClaim: "organisations"}
}

// Keys take long to make, so tests share them.
var (
	rsaKey      = sync.OnceValue(func() jose.JSONWebKey { return newRSA("rsa") })
	otherRSAKey = sync.OnceValue(func() jose.JSONWebKey { return newRSA("other") })
	ecKey       = sync.OnceValue(func() jose.JSONWebKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return jose.JSONWebKey{Key: key, KeyID: "ec", Use: "sig"}
	})
)

func newRSA(id string) jose.JSONWebKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: id, Use: "sig"}
}

func publicOf(key jose.JSONWebKey) crypto.PublicKey { return key.Public().Key }

// sign makes a token of claims.
func sign(t *testing.T, algorithm jose.SignatureAlgorithm, key any, claims map[string]any) string {
	t.Helper()
	maker, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(maker).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
