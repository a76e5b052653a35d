package needmap_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// published are the figures of the network's page.
func published() needmap.PublishedFigures {
	return needmap.PublishedFigures{
		Cooperatives: 10, Partners: 676, PeopleReached: 21_462,
		PeopleReachedByField: []needmap.FieldPeople{
			{Field: needmap.FieldMinors, People: 3_464}, {Field: needmap.FieldDisability, People: 2_142}, {Field: needmap.FieldElderly, People: 1_139},
			{Field: needmap.FieldAdultsAndFamilies, People: 13_570}, {Field: needmap.FieldCultureAgriculture, People: 147},
		},
	}
}

func TestFindings(t *testing.T) {
	complete := needmap.ComputedFigures{Cooperatives: 10, Partners: 676, PeopleReached: 20_462}
	findings := needmap.Findings(published(), complete)
	if len(findings) != 1 || findings[0].Code != "PUBLISHED_PEOPLE_TOTAL" || findings[0].Expected != 21_462 || findings[0].Found != 20_462 || findings[0].Difference != 1_000 {
		t.Errorf("of a complete directory: %+v", findings)
	}
	for _, message := range []string{findings[0].Message, findings[0].MessageIt} {
		if !strings.Contains(message, "21462") || !strings.Contains(message, "20462") {
			t.Errorf("the message names no figures: %s", message)
		}
	}
	codes := func(c needmap.ComputedFigures) (list []string) {
		for _, f := range needmap.Findings(published(), c) {
			list = append(list, f.Code)
		}
		return list
	}
	want := []string{"PUBLISHED_PEOPLE_TOTAL", "COOPERATIVES_IN_DIRECTORY", "PARTNERS_IN_DIRECTORY", "PEOPLE_REACHED_BY_SERVICES"}
	if got := codes(needmap.ComputedFigures{}); !slices.Equal(got, want) {
		t.Errorf("of an empty directory: %v, want %v", got, want)
	}
	mended := published()
	mended.PeopleReached = 20_462
	if findings := needmap.Findings(mended, complete); findings == nil || len(findings) != 0 {
		t.Errorf("without a contradiction: %+v", findings)
	}
}

func TestPlainText(t *testing.T) {
	for given, want := range map[string]string{
		"Anzianità": "anzianita", "PERCHÉ": "perche", "Àcqua  ALTA": "acqua  alta", "ﬁ": "ﬁ", "": "", "e\u0301": "e", "Straße": "straße", "12-ª": "12-ª",
	} {
		if got := needmap.PlainText(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestTally(t *testing.T) {
	var sum needmap.Tally
	sum.AddNeed(&needmap.Need{Status: needmap.StatusInProgress, People: 7, PeopleAnswered: 5})
	sum.AddNeed(&needmap.Need{Status: needmap.StatusMet, People: 2, PeopleAnswered: 2})
	sum.AddNeed(&needmap.Need{Status: needmap.StatusRejected, People: 4})
	if want := (needmap.Tally{Needs: 3, OpenNeeds: 1, People: 13, OpenPeople: 7, PeopleAnswered: 7}); sum != want {
		t.Errorf("%+v, want %+v", sum, want)
	}
}

func TestOpen(t *testing.T) {
	open := []needmap.NeedStatus{needmap.StatusReported, needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusInProgress}
	for _, s := range append(slices.Clone(needmap.NeedStatuses), "", "open") {
		if s.Open() != slices.Contains(open, s) {
			t.Errorf("%q is open: %v", s, s.Open())
		}
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("pq: secret")
	away := needmap.Unavailable(cause, "away")
	for _, c := range []struct {
		err  error
		want needmap.Code
	}{
		{nil, ""}, {cause, needmap.CodeInternal}, {away, needmap.CodeUnavailable}, {fmt.Errorf("while: %w", needmap.NotFound("gone")), needmap.CodeNotFound},
		{errors.Join(nil, needmap.Invalid("a", "b")), needmap.CodeInvalid},
	} {
		if got := needmap.ErrorCode(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
	if !errors.Is(away, cause) || strings.Contains(away.Error(), "secret") {
		t.Errorf("the cause of %q is not kept, or shown", away)
	}
}

func TestParseEnum(t *testing.T) {
	if f, err := needmap.ParseEnum("f", "MINORS", needmap.Fields); err != nil || f != needmap.FieldMinors {
		t.Errorf("%s, %v", f, err)
	}
	for _, word := range []string{"", "minors", "MINORS ", "PETS", strings.Repeat("x", 100_000)} {
		_, err := needmap.ParseEnum("f", word, needmap.Fields)
		wantInvalid(t, err, "f")
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
	}
}
