package postgres

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// textQuery writes a text that somebody typed as a tsquery in which every word
// must occur. The Italian stemmer takes the ending of some words for that of a
// verb (anziano becomes anzi, anziani anzian), so each word stands there with
// the four endings that gender and number give it.
func textQuery(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) })
	terms := make([]string, len(words))
	for i, word := range words {
		terms[i] = "(" + strings.Join(forms(word), "|") + ")"
	}
	return strings.Join(terms, "&")
}

// forms gives a word with each of the endings -o, -a, -i, -e, itself first; a
// word that is short or ends otherwise has only itself.
func forms(word string) []string {
	const endings, shortest = "oaie", 4
	last, size := utf8.DecodeLastRuneInString(word)
	if utf8.RuneCountInString(word) < shortest || !strings.ContainsRune(endings, unicode.ToLower(last)) {
		return []string{word}
	}
	list := []string{word}
	for _, ending := range endings {
		if ending != unicode.ToLower(last) {
			list = append(list, word[:len(word)-size]+string(ending))
		}
	}
	return list
}
