package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/singleflight"

	"github.com/innovainrete/needmap/internal/needmap"
)

// issuer takes the tokens of one OpenID Connect issuer.
type issuer struct {
	OIDC
	host      string
	store     Store
	config    oidc.Config
	client    *http.Client
	keys      atomic.Pointer[oidc.RemoteKeySet] // nil until the issuer first answered
	discovery singleflight.Group
}

// algorithms are the signatures that are taken: only those whose keys may be
// public, whatever a token or the issuer's documents say.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// newIssuer takes settings that were checked. The issuer need not answer yet.
func newIssuer(o OIDC, store Store, now func() time.Time) *issuer {
	i := &issuer{
		OIDC: o, host: o.Issuer, store: store, client: newClient(now),
		config: oidc.Config{ClientID: o.Audience, SupportedSigningAlgs: algorithms, Now: now},
	}
	if u, err := url.Parse(o.Issuer); err == nil {
		i.host = u.Host
	}
	if o.JWKSURL != "" {
		i.keys.Store(i.keysAt(o.JWKSURL))
	}
	return i
}

// caller tells who shows a token of this issuer.
func (i *issuer) caller(ctx context.Context, token string) (needmap.Viewer, error) {
	keys, err := i.knownKeys(ctx)
	if err != nil {
		return needmap.Viewer{}, away(err)
	}
	seen := &attempt{keys: keys}
	verified, err := oidc.NewVerifier(i.Issuer, seen, &i.config).Verify(ctx, token)
	if seen.away != nil {
		return needmap.Viewer{}, away(seen.away)
	}
	if err != nil {
		return needmap.Viewer{}, errToken
	}
	var c claims
	if err := verified.Claims(&c); err != nil {
		return needmap.Viewer{}, errToken
	}
	return i.viewer(ctx, verified, c)
}

func away(cause error) error {
	return needmap.Unavailable(cause, "the service that knows the callers does not answer for now")
}

// viewer reads what a verified token lets its owner be.
func (i *issuer) viewer(ctx context.Context, verified *oidc.IDToken, c claims) (needmap.Viewer, error) {
	role, known := needmap.RoleOf(c.texts(i.RoleClaim))
	if !known || !isName(verified.Subject) {
		return needmap.Viewer{}, errToken
	}
	v := needmap.Viewer{Role: role, Actor: i.actor(c, verified.Subject), Expires: verified.Expiry}
	if role != needmap.RoleOperator {
		return v, nil
	}
	v.Municipalities = c.texts(i.MunicipalityClaim)
	if slugs := c.texts(i.OrganisationClaim); len(slugs) > 0 {
		ids, err := i.store.OrganisationIDs(ctx, slugs)
		if err != nil {
			return needmap.Viewer{}, err
		}
		v.OrganisationIDs = ids
	}
	if len(v.Municipalities)+len(v.OrganisationIDs) == 0 {
		return needmap.Viewer{}, errToken
	}
	return v, nil
}

// maxName is the longest name in runes that the history keeps; the standard
// bounds a subject by it.
const maxName = 255

// actor is how the history names a caller: as people know it, and always by the
// issuer's own subject. The preferred name alone may change hands, and whoever
// chooses one could sign as somebody else.
func (i *issuer) actor(c claims, subject string) string {
	if preferred, _ := c["preferred_username"].(string); isName(preferred) {
		return fmt.Sprintf("%s (%s, %s)", preferred, subject, i.host)
	}
	return fmt.Sprintf("%s (%s)", subject, i.host)
}

func isName(text string) bool {
	return text != "" && utf8.RuneCountInString(text) <= maxName && needmap.OneLine(text)
}

// knownKeys gives the issuer's keys, which come and go by themselves; where they
// are is found out once, when the first caller comes and the issuer answers.
func (i *issuer) knownKeys(ctx context.Context) (*oidc.RemoteKeySet, error) {
	if keys := i.keys.Load(); keys != nil {
		return keys, nil
	}
	found := i.discovery.DoChan("", func() (any, error) { return i.discover(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-found:
		keys, _ := result.Val.(*oidc.RemoteKeySet)
		return keys, result.Err
	}
}

// discover reads the issuer's own description. That it names itself as it is
// named here is checked.
func (i *issuer) discover(ctx context.Context) (*oidc.RemoteKeySet, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.Issuer)
	if err != nil {
		return nil, err
	}
	var told struct {
		JWKSURL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&told); err != nil {
		return nil, err
	}
	if !isSafeURL(told.JWKSURL) {
		return nil, errors.New("the issuer's description names no address of its keys that is safe to use")
	}
	keys := i.keysAt(told.JWKSURL)
	i.keys.Store(keys)
	return keys, nil
}

func (i *issuer) keysAt(address string) *oidc.RemoteKeySet {
	return oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), i.client), address)
}

// attempt checks one signature and remembers whether it failed for want of the
// issuer, which go-oidc does not tell from a wrong one.
type attempt struct {
	keys *oidc.RemoteKeySet
	away error
}

// VerifySignature gives the payload of a token that the issuer signed.
func (a *attempt) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := a.keys.VerifySignature(ctx, token)
	if err != nil && (errors.Is(err, errNoDocument) || ctx.Err() != nil) {
		a.away = err
	}
	return payload, err
}
