package main

import (
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/auth"
)

// oidcFlags say which tokens of an OpenID Connect issuer the server takes.
func oidcFlags() []cli.Flag {
	return []cli.Flag{
		oidcFlag("oidc-issuer", "", "issuer of OpenID Connect tokens to take besides needmap's own: its URL, exactly as in the tokens"),
		oidcFlag("oidc-audience", "", "audience that the tokens must be for"),
		oidcFlag("oidc-jwks-url", "", "where the issuer's keys are; without it the issuer is asked"),
		oidcFlag("oidc-role-claim", "role", "claim that holds the role, in capitals, or several of which the one with most rights counts; a path such as realm_access.roles will do"),
		oidcFlag("oidc-municipality-claim", "municipalities", "claim that holds the codes of an OPERATOR's municipalities, provinces or regions"),
		oidcFlag("oidc-organisation-claim", "organisations", "claim that holds the slugs of an OPERATOR's organisations"),
	}
}

func oidcFlag(name, value, usage string) cli.Flag {
	variable := "NEEDMAP_" + strings.ReplaceAll(strings.ToUpper(name), "-", "_")
	return &cli.StringFlag{Name: name, Sources: cli.EnvVars(variable), Value: value, Usage: usage}
}

func oidcSettings(cmd *cli.Command) auth.OIDC {
	return auth.OIDC{
		Issuer: cmd.String("oidc-issuer"), Audience: cmd.String("oidc-audience"), JWKSURL: cmd.String("oidc-jwks-url"),
		RoleClaim: cmd.String("oidc-role-claim"), MunicipalityClaim: cmd.String("oidc-municipality-claim"),
		OrganisationClaim: cmd.String("oidc-organisation-claim"),
	}
}
