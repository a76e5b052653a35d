// Package auth finds out who shows a token: one of needmap's own, kept as a
// hash, or one that an OpenID Connect issuer signed.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Store keeps the tokens and knows the organisations. A token that is not there
// is NOT_FOUND; slugs that nobody has give no key.
type Store interface {
	TokenByHash(ctx context.Context, hash [32]byte) (needmap.Token, error)
	OrganisationIDs(ctx context.Context, slugs []string) ([]int, error)
}

// Options say what an Authenticator relies on.
type Options struct {
	Store Store
	OIDC  OIDC             // the zero value takes own tokens only
	Now   func() time.Time // time.Now if nil
}

// Authenticator tells callers by their tokens. It is safe for concurrent use.
type Authenticator struct {
	store  Store
	issuer *issuer // nil: own tokens only
	now    func() time.Time
}

// New makes an Authenticator. Wrong settings are INVALID, naming the flag.
func New(o Options) (*Authenticator, error) {
	a := &Authenticator{store: o.Store, now: o.Now}
	if a.now == nil {
		a.now = time.Now
	}
	if err := o.OIDC.Check(); err != nil {
		return nil, err
	}
	if o.OIDC.Issuer != "" {
		a.issuer = newIssuer(o.OIDC, o.Store, a.now)
	}
	return a, nil
}

// ownPrefix begins needmap's own tokens, so that people and leak scanners know
// them when they see one.
const ownPrefix = "nm_"

// maxToken is the longest token in bytes that is looked at.
const maxToken = 8 << 10

// errToken says nothing of what is wrong: it would help who guesses.
var errToken = needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")

// Caller tells who shows a token. One that is not valid, for whatever reason, is
// UNAUTHENTICATED; UNAVAILABLE means that the database or the issuer of tokens
// can't be asked.
func (a *Authenticator) Caller(ctx context.Context, token string) (needmap.Viewer, error) {
	switch {
	case len(token) > maxToken:
		return needmap.Viewer{}, errToken
	case strings.HasPrefix(token, ownPrefix):
		return a.ownCaller(ctx, token)
	case a.issuer != nil:
		return a.issuer.caller(ctx, token)
	}
	return needmap.Viewer{}, errToken
}

func (a *Authenticator) ownCaller(ctx context.Context, token string) (needmap.Viewer, error) {
	if len(token) != len(ownPrefix)+base64.RawURLEncoding.EncodedLen(secretBytes) {
		return needmap.Viewer{}, errToken
	}
	t, err := a.store.TokenByHash(ctx, Hash(token))
	if needmap.ErrorCode(err) == needmap.CodeNotFound {
		return needmap.Viewer{}, errToken
	}
	if err != nil {
		return needmap.Viewer{}, err
	}
	if t.State(a.now()) != needmap.TokenActive {
		return needmap.Viewer{}, errToken
	}
	return t.Viewer(), nil
}

// secretBytes of chance make a token: too many to guess or to try, so that a
// plain hash keeps it.
const secretBytes = 32

// NewToken makes a token and the hash to keep in its place.
func NewToken() (token string, hash [32]byte) {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails: it ends the program rather
	token = ownPrefix + base64.RawURLEncoding.EncodeToString(secret)
	return token, Hash(token)
}

// Hash is what is kept of a token: its SHA-256.
func Hash(token string) [32]byte { return sha256.Sum256([]byte(token)) }
