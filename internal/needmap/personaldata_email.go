package needmap

import (
	"regexp"
	"strings"
)

// Parts of an e-mail address as people write it. In words or with spaces, the
// domain has to end as domains here do, or to be a large provider's.
const (
	mailLocal  = `[a-z0-9\x01][a-z0-9\x01._%+'-]*`
	mailAt     = `(?: {0,3}@ {0,3}| {0,3}[(\[{<] {0,2}(?:at|chiocciola|@) {0,2}[)\]}>] {0,3}| +(?:at|chiocciola) +|[-_](?:at|chiocciola)[-_])`
	mailDot    = `(?: {0,2}\. {0,2}| {0,2}[(\[{<] {0,2}(?:dot|punto|\.) {0,2}[)\]}>] {0,2}| +(?:dot|punto) +)`
	mailEnding = `(?:it|com|org|net|eu|info|gov|edu|uk|de|fr|ro|ua|ru|pl|ch|br|pt)\b`
	mailOf     = `(?:gmail|libero|hotmail|yahoo|outlook|icloud|virgilio|tiscali|fastwebnet|protonmail|googlemail|msn)\b`
)

var mailShape = regexp.MustCompile(
	mailLocal + `@(?:[a-z0-9\x01-]+\.)+[a-z\x01]{2,}` + `|` +
		mailLocal + `(?: +(?:punto|dot) +` + mailLocal + `){0,3}` + mailAt + `(?:(?:[a-z0-9\x01-]+` + mailDot + `){1,4}` + mailEnding + `|` + mailOf + `)`)

// findEmail finds an e-mail address: name@example.org, and with "@" as (at) or
// chiocciola, dots as punto, and spaces around them. "Ragazz@" and a name of a
// social network, which has no domain behind it, are none.
func findEmail(t *foldedText) (start, end int, ok bool) {
	s := t.lower
	if strings.IndexByte(s, '@') < 0 && !holdsWord(s, "at") && !holdsWord(s, "chiocciola") {
		return 0, 0, false
	}
	at := mailShape.FindStringIndex(s)
	if at == nil {
		return 0, 0, false
	}
	return at[0], at[1], true
}

// holdsWord reports whether a word stands in a text by itself.
func holdsWord(s, word string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		i += from
		if from = i + len(word); beginsWord(s, i) && endsWord(s, from) {
			return true
		}
	}
}
