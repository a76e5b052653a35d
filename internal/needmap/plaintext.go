package needmap

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// PlainText gives a text in lower case without accents, for comparing names as
// people type them.
func PlainText(s string) string {
	stripAccents := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	plain, _, err := transform.String(stripAccents, s)
	if err != nil {
		plain = s
	}
	return strings.ToLower(plain)
}
