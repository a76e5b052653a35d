package needmap_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestTokenGrant(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	day := func(days int) time.Time { return now.AddDate(0, 0, days) }
	operator := func(codes, slugs []string) needmap.TokenGrant {
		return needmap.TokenGrant{Name: "Sportello V", Role: needmap.RoleOperator, Municipalities: codes, Organisations: slugs, ExpiresAt: day(90)}
	}
	plain := func(name string, role needmap.Role, expires time.Time) needmap.TokenGrant {
		return needmap.TokenGrant{Name: name, Role: role, ExpiresAt: expires}
	}
	scoped := func(role needmap.Role, codes, slugs []string) needmap.TokenGrant {
		g := operator(codes, slugs)
		g.Role = role
		return g
	}
	for _, c := range []struct {
		name  string
		grant needmap.TokenGrant
		field string // of the refusal; "" when it is granted
	}{
		{"a municipio", operator([]string{"058091-02"}, nil), ""},
		{"a comune with municipi", operator([]string{"058091"}, nil), ""},
		{"a province, its acronym and a region", operator([]string{"058", "VT", "12"}, nil), ""},
		{"an organisation", operator(nil, []string{"meta"}), ""},
		{"both", operator([]string{"056001"}, []string{"meta"}), ""},
		{"no scope", operator(nil, nil), "municipality"},
		{"an unknown code", operator([]string{"056001", "999999"}, nil), "municipality"},
		{"an empty code", operator([]string{""}, nil), "municipality"},
		{"an analyst", plain("Dati", needmap.RoleAnalyst, day(1)), ""},
		{"an administrator", plain("Capo", needmap.RoleAdmin, day(1)), ""},
		{"an analyst of a municipality", scoped(needmap.RoleAnalyst, []string{"056001"}, nil), "municipality"},
		{"a coordinator of an organisation", scoped(needmap.RoleCoordinator, nil, []string{"meta"}), "organisation"},
		{"PUBLIC", plain("x", needmap.RolePublic, day(1)), "role"},
		{"no role", plain("x", "", day(1)), "role"},
		{"an unknown role", plain("x", "operator", day(1)), "role"},
		{"no name", plain("", needmap.RoleAdmin, day(1)), "name"},
		{"a blank name", plain("  ", needmap.RoleAdmin, day(1)), "name"},
		{"the longest name", plain(strings.Repeat("à", 100), needmap.RoleAdmin, day(1)), ""},
		{"a longer name", plain(strings.Repeat("a", 101), needmap.RoleAdmin, day(1)), "name"},
		{"a line break", plain("a\nb", needmap.RoleAdmin, day(1)), "name"},
		{"a tab", plain("a\tb", needmap.RoleAdmin, day(1)), "name"},
		{"an escape", plain("a\x1b[2J", needmap.RoleAdmin, day(1)), "name"},
		{"a turn of the writing direction", plain("a\u202eb", needmap.RoleAdmin, day(1)), "name"},
		{"broken UTF-8", plain("a\xff", needmap.RoleAdmin, day(1)), "name"},
		{"an end now", plain("x", needmap.RoleAdmin, now), "expires"},
		{"an end in the past", plain("x", needmap.RoleAdmin, day(-1)), "expires"},
		{"two years", plain("x", needmap.RoleAdmin, now.AddDate(2, 0, 0)), ""},
		{"more than two years", plain("x", needmap.RoleAdmin, now.AddDate(2, 0, 0).Add(time.Second)), "expires"},
		{"no end", plain("x", needmap.RoleAdmin, time.Time{}), "expires"},
	} {
		t.Run(c.name, func(t *testing.T) { checkField(t, c.grant.Check(romanAtlas(), now), c.field) })
	}
}

// checkField wants an INVALID error of a field, or none for "".
func checkField(t *testing.T, err error, field string) {
	t.Helper()
	var known *needmap.Error
	if field == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	if !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != field {
		t.Errorf("got %v, want INVALID of %s", err, field)
	}
}

func TestParseTokenExpiry(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"90d":        "2027-02-20T10:00:00Z",
		"1d":         "2026-11-23T10:00:00Z",
		"0d":         "2026-11-22T10:00:00Z", // which Check refuses
		"2027-01-31": "2027-01-31T23:00:00Z", // the end of the day in Rome, in winter
		"2027-07-31": "2027-07-31T22:00:00Z", // and in summer
		"2020-01-01": "2020-01-01T23:00:00Z",
	} {
		got, err := needmap.ParseTokenExpiry(text, now)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "90", "d", "-1d", "+1d", "1.5d", "99999d", "90D", "2027-02-30", "31/01/2027", "tomorrow", "2027-1-1"} {
		_, err := needmap.ParseTokenExpiry(text, now)
		checkField(t, err, "expires")
	}
}

func TestTokenState(t *testing.T) {
	end := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	revoked := end.Add(-time.Hour)
	for _, c := range []struct {
		token needmap.Token
		now   time.Time
		want  needmap.TokenState
	}{
		{needmap.Token{ExpiresAt: end}, end.Add(-time.Nanosecond), needmap.TokenActive},
		{needmap.Token{ExpiresAt: end}, end, needmap.TokenExpired},
		{needmap.Token{ExpiresAt: end, RevokedAt: &revoked}, end.Add(-time.Minute), needmap.TokenRevoked},
		{needmap.Token{ExpiresAt: end, RevokedAt: &revoked}, end.Add(time.Minute), needmap.TokenRevoked},
	} {
		if got := c.token.State(c.now); got != c.want {
			t.Errorf("%+v at %s is %s, want %s", c.token, c.now, got, c.want)
		}
	}
}

func TestRoleOf(t *testing.T) {
	for words, want := range map[string]needmap.Role{
		"OPERATOR": needmap.RoleOperator, "OPERATOR ANALYST": needmap.RoleAnalyst, "ADMIN COORDINATOR OPERATOR": needmap.RoleAdmin,
		"offline_access COORDINATOR uma": needmap.RoleCoordinator,
		"":                               "", "PUBLIC": "", "admin": "", "Admin": "", "ADMINS": "", "needmap-ADMIN": "",
	} {
		if got, ok := needmap.RoleOf(strings.Fields(words)); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", words, got, ok, want)
		}
	}
}
