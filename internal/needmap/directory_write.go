package needmap

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is written to the directory and the calendar; the same as those
// of an import.
const (
	MaxTitleRunes       = 200 // of a name or title
	MaxDescriptionRunes = 5000
	MaxCount            = 1_000_000 // of people, volunteers or operators of one object
	MaxPartnerships     = 100       // of a new partner
	MaxEventNeeds       = 100
)

// Known names an object in the version that the caller knows.
type Known struct{ ID, Version int }

// Check is CONFLICT, with the version that there is, when it is another one.
func (k Known) Check(current int) error {
	if k.Version != current {
		return Stale(k.Version, current, nil)
	}
	return nil
}

// Reference is what keeps an object from being removed: so many others.
type Reference struct {
	What  string // such as services
	Count int
}

// CheckUnreferred is CONFLICT, saying what refers to an object, unless nothing does.
func CheckUnreferred(references []Reference) error {
	var words []string
	for _, r := range references {
		if r.Count > 0 {
			words = append(words, strconv.Itoa(r.Count)+" "+r.What)
		}
	}
	if words == nil {
		return nil
	}
	return Errorf(CodeConflict, "id", "it can't be removed while others refer to it: %s", strings.Join(words, ", "))
}

// CheckParting keeps a partner joined to one cooperative at least. joined says
// whether it is joined to the one that it is to be parted from.
func CheckParting(joined bool, cooperatives int) error {
	switch {
	case !joined:
		return Errorf(CodeConflict, "cooperative", "the partner is not joined to this cooperative")
	case cooperatives == 1:
		return Errorf(CodeConflict, "cooperative", "it is the partner's last cooperative: join the partner to another first")
	}
	return nil
}

// CheckOperators bounds how many operators of a specialisation an organisation has.
func CheckOperators(count int) error { return checkRange("operators", count, 0, MaxCount) }

// CheckTitle gives the name of an object without space around it. A name is one
// line of 1 to MaxTitleRunes characters without the fiscal code of a person; it
// may hold a phone number or an address, which organisations publish.
func CheckTitle(field, name string) (string, error) {
	name = strings.TrimSpace(name)
	n := utf8.RuneCountInString(name)
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", Invalid(field, "a %s is one line of valid UTF-8 without control characters", field)
	case n == 0 || n > MaxTitleRunes:
		return "", Invalid(field, "a %s has 1 to %d characters, not %d", field, MaxTitleRunes, n)
	}
	return name, checkNoPersonalCode(field, name)
}

// checkDescription gives a text without space around it, nil when nothing is left.
func checkDescription(field, text string) (*string, error) {
	n := utf8.RuneCountInString(text)
	switch {
	case HoldsControl(text):
		return nil, Invalid(field, "the text is not valid UTF-8 or holds control characters")
	case n > MaxDescriptionRunes:
		return nil, Invalid(field, "the text has %d characters, the most is %d", n, MaxDescriptionRunes)
	}
	return trimmed(&text), checkNoPersonalCode(field, text)
}

func checkNoPersonalCode(field, text string) error {
	if HoldsPersonalCode(text) {
		return Invalid(field, "the text holds the fiscal code of a person")
	}
	return nil
}

// placeOf finds the municipality of a seat or an event: any, not only local ones.
func placeOf(code string, atlas *Atlas) (*int, error) {
	m, ok := atlas.ByCode(code)
	if !ok {
		return nil, Invalid("municipality", "there is no municipality with code %q", shorten(code))
	}
	return &m.ID, nil
}

// checkOnce refuses a list that holds something twice, naming the place of the
// second.
func checkOnce[T comparable](field string, list []T) error {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			return Invalid(item(field, i), "it is in the list already")
		}
	}
	return nil
}

// item names an entry of a list in an input: needs.3.
func item(field string, i int) string { return field + "." + strconv.Itoa(i) }

// maxSlug leaves room for a number behind a slug that is taken.
const maxSlug = 180

var (
	slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	notInSlug = regexp.MustCompile(`[^a-z0-9]+`)
)

// SlugOf makes an organisation's name for addresses from its name.
func SlugOf(name string) string {
	slug := notInSlug.ReplaceAllString(PlainText(name), "-")
	slug = strings.Trim(slug[:min(len(slug), maxSlug)], "-")
	if slug == "" {
		return "organisation"
	}
	return slug
}

func checkSlug(slug string) error {
	if len(slug) > maxSlug || !slugShape.MatchString(slug) {
		return Invalid("slug", "a slug is of lower-case letters a to z, digits and single hyphens between them, at most %d in all", maxSlug)
	}
	return nil
}
