package needmap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a token.
const (
	MaxTokenNameRunes = 100
	maxTokenYears     = 2
)

// Token is an own token as it is known without its secret.
type Token struct {
	ID              int
	Name            string
	Role            Role
	Municipalities  []string // codes that an OPERATOR works in
	OrganisationIDs []int    // organisations that an OPERATOR works for
	Organisations   []string // their slugs
	CreatedAt       time.Time
	ExpiresAt       time.Time
	RevokedAt       *time.Time
}

// TokenState says whether a token can be used.
type TokenState string

// States of a token. What was revoked stays revoked when it expires.
const (
	TokenActive  TokenState = "active"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// State tells whether the token can be used at a moment.
func (t Token) State(now time.Time) TokenState {
	switch {
	case t.RevokedAt != nil:
		return TokenRevoked
	case !now.Before(t.ExpiresAt):
		return TokenExpired
	}
	return TokenActive
}

// Viewer is the caller that shows this token.
func (t Token) Viewer() Viewer {
	return Viewer{
		Role: t.Role, Actor: fmt.Sprintf("%s (token %d)", t.Name, t.ID),
		Municipalities: t.Municipalities, OrganisationIDs: t.OrganisationIDs, Expires: t.ExpiresAt,
	}
}

// TokenGrant is what a new token is to be.
type TokenGrant struct {
	Name           string
	Role           Role
	Municipalities []string // codes of municipalities, provinces or regions, or acronyms of provinces
	Organisations  []string // slugs; that they exist is for the store to check
	ExpiresAt      time.Time
}

// Check refuses a grant that must not be made. The error is INVALID and names
// role, municipality, organisation, expires or name.
func (g TokenGrant) Check(atlas *Atlas, now time.Time) error {
	if err := g.checkName(); err != nil {
		return err
	}
	if err := g.checkScope(atlas); err != nil {
		return err
	}
	if !g.ExpiresAt.After(now) {
		return Invalid("expires", "the token would end before it begins")
	}
	if g.ExpiresAt.After(now.AddDate(maxTokenYears, 0, 0)) {
		return Invalid("expires", "a token ends within %d years", maxTokenYears)
	}
	return nil
}

func (g TokenGrant) checkName() error {
	if strings.TrimSpace(g.Name) == "" {
		return Invalid("name", "say who or what uses the token: the history names it")
	}
	if utf8.RuneCountInString(g.Name) > MaxTokenNameRunes {
		return Invalid("name", "the name is longer than %d characters", MaxTokenNameRunes)
	}
	if !OneLine(g.Name) {
		return Invalid("name", "the name holds characters that can't be read, such as a line break")
	}
	return nil
}

// checkScope wants a scope for an OPERATOR and none for the others, who see all.
func (g TokenGrant) checkScope(atlas *Atlas) error {
	if _, err := ParseEnum("role", string(g.Role), Roles); err != nil {
		return err
	}
	scoped := len(g.Municipalities)+len(g.Organisations) > 0
	switch {
	case g.Role == RolePublic:
		return Invalid("role", "PUBLIC is who has no token")
	case g.Role == RoleOperator && !scoped:
		return Invalid("municipality", "an OPERATOR works in some municipalities or for some organisations: name at least one")
	case g.Role != RoleOperator && len(g.Municipalities) > 0:
		return Invalid("municipality", "only an OPERATOR works in some municipalities; the role %s is for all", g.Role)
	case g.Role != RoleOperator && scoped:
		return Invalid("organisation", "only an OPERATOR works for some organisations; the role %s is for all", g.Role)
	}
	for _, code := range g.Municipalities {
		if _, err := atlas.Within("municipality", code); err != nil {
			return err
		}
	}
	return nil
}

// OneLine reports whether a text is of readable characters and spaces only, so
// that it can be shown as it is in a line of a list, a terminal or a log.
func OneLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// ParseTokenExpiry reads when a token is to end: after some days of 24 hours,
// "90d", or at the end of a last day in Rome, "2027-01-31".
func ParseTokenExpiry(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, Invalid("expires", "say when the token ends, for example 90d or 2027-01-31")
	}
	if number, isDays := strings.CutSuffix(text, "d"); isDays {
		days, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return time.Time{}, Invalid("expires", "%q is no number of days such as 90d", shorten(text))
		}
		return now.Add(time.Duration(days) * 24 * time.Hour), nil
	}
	day, err := ParseDate("expires", text)
	if err != nil {
		return time.Time{}, Invalid("expires", "%q is neither a number of days such as 90d nor a day such as 2027-01-31", shorten(text))
	}
	return day.Next().Begin(), nil
}

// RoleOf gives the role that a caller has of several words: the one with most
// rights, which is the last in the order of Roles. Words that are no role, and
// PUBLIC, which everybody has, count for nothing.
func RoleOf(words []string) (Role, bool) {
	for _, role := range slices.Backward(Roles) {
		if role != RolePublic && slices.Contains(words, string(role)) {
			return role, true
		}
	}
	return "", false
}
