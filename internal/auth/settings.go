package auth

import (
	"net"
	"net/url"

	"github.com/innovainrete/needmap/internal/needmap"
)

// OIDC says which tokens of an OpenID Connect issuer are taken, and where their
// claims tell what the caller may do. Each field is a flag of the server.
//
// A claim is named by its own name or, when there is none of that name, by the
// path to it with dots: realm_access.roles. It is a text or a list of texts.
// Roles are the words of the schema in capitals: an issuer's "admin" of
// something else is no ADMIN here.
type OIDC struct {
	Issuer            string // URL, exactly as in its tokens; "" takes no such tokens
	Audience          string // who its tokens are for
	JWKSURL           string // where its keys are; "" finds out by discovery
	RoleClaim         string
	MunicipalityClaim string // codes that an OPERATOR works in
	OrganisationClaim string // slugs of organisations that an OPERATOR works for
}

// Check refuses settings that can't be right or safe: INVALID, naming the flag.
func (o OIDC) Check() error {
	if o.Issuer == "" {
		if o.Audience != "" || o.JWKSURL != "" {
			return needmap.Invalid("oidc-issuer", "OIDC wants the issuer of the tokens")
		}
		return nil
	}
	if !isSafeURL(o.Issuer) {
		return needmap.Invalid("oidc-issuer", "the issuer is a URL with https, or with http on this machine, without a query")
	}
	if o.JWKSURL != "" && !isSafeURL(o.JWKSURL) {
		return needmap.Invalid("oidc-jwks-url", "the address of the keys is a URL with https, or with http on this machine")
	}
	if o.Audience == "" {
		return needmap.Invalid("oidc-audience", "OIDC wants the audience that the tokens are for: "+
			"without one, tokens that the issuer made for anything else would open this server")
	}
	for flag, claim := range map[string]string{
		"oidc-role-claim": o.RoleClaim, "oidc-municipality-claim": o.MunicipalityClaim, "oidc-organisation-claim": o.OrganisationClaim,
	} {
		if claim == "" {
			return needmap.Invalid(flag, "name the claim")
		}
	}
	return nil
}

// isSafeURL reports whether what comes from a URL can't be changed on its way.
func isSafeURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
