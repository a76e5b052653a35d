package needmap

import "strings"

// personalShape is the fiscal code of a person: letters (L), digits or the
// letters that stand for them when two people would share a code (D), and the
// letter of the month (M). The health card writes it in groups of 3, 3, 5 and 5.
const (
	personalShape  = "LLLLLLDDMDDLDDDL"
	personalDigits = "0123456789LMNPQRSTUV"
	personalMonths = "ABCDEHLMPRST"
)

// most characters between two of a code that is not in one piece: " - "
const mostSeparators = 3

// HoldsPersonalCode reports whether the fiscal code of a person stands somewhere
// in a text, in one piece or in groups, in capitals or not.
func HoldsPersonalCode(text string) bool { return FindPersonalCode(text) != nil }

// FindPersonalCode gives the first fiscal code of a person in a text, nil when
// there is none.
func FindPersonalCode(text string) *Span {
	if len(text) < len(personalShape) {
		return nil
	}
	t := fold(text)
	start, end, ok := findPersonalCode(t)
	if !ok {
		return nil
	}
	return t.span(start, end, LooksLikeFiscalCode)
}

func findPersonalCode(t *foldedText) (start, end int, ok bool) {
	s := t.plain
	if t.digits == 0 {
		return 0, 0, false
	}
	for i := 0; i+len(personalShape) <= len(s); i++ {
		if !beginsWord(s, i) {
			continue
		}
		if end, ok := personalCodeAt(s[i:]); ok {
			return i, i + end, true
		}
		if hasPrefixFold(s[i:], "cf") { // "CF" written right before it
			if end, ok := personalCodeAt(s[i+2:]); ok {
				return i + 2, i + 2 + end, true
			}
		}
	}
	return 0, 0, false
}

// personalCodeAt wants one real digit at least, so that words don't pass for a
// code: "digits" that are all letters do not occur in practice. Where it is taken
// apart in other places than the health card does, all have to be real.
func personalCodeAt(s string) (end int, ok bool) {
	end, digits, grouped := matchPersonalCode(s)
	return end, end > 0 && (digits == 7 || digits > 0 && grouped) && endsWord(s, end)
}

// isPersonalCode reports whether a text is a personal code and nothing else;
// where a code is asked for, no word stands by chance.
func isPersonalCode(s string) bool {
	end, _, grouped := matchPersonalCode(s)
	return end > 0 && end == len(s) && grouped
}

// matchPersonalCode gives the length of the code that a text begins with, 0 for
// none, how many real digits are in it, and whether it is in one piece or in the
// groups of the health card.
func matchPersonalCode(s string) (end, digits int, grouped bool) {
	grouped = true
	for k := range len(personalShape) {
		if gap := separators(s[end:]); gap > 0 && k > 0 {
			grouped = grouped && (k == 3 || k == 6 || k == 11)
			end += gap
		}
		if end == len(s) || !fits(personalShape[k], upper(s[end])) {
			return 0, 0, false
		}
		if isDigit(s[end]) {
			digits++
		}
		end++
	}
	return end, digits, grouped
}

func fits(class, c byte) bool {
	switch class {
	case 'L':
		return 'A' <= c && c <= 'Z'
	case 'D':
		return strings.IndexByte(personalDigits, c) >= 0
	}
	return strings.IndexByte(personalMonths, c) >= 0
}

// separators counts the separators at the start of a text, as far as a code may
// have them.
func separators(s string) int {
	n := 0
	for n < len(s) && n < mostSeparators && isSeparator(s[n]) {
		n++
	}
	return n
}

func isSeparator(c byte) bool {
	return c == ' ' || c == '-' || c == '.' || c == '/' || c == '_'
}

// beginsWord and endsWord tell whether letters and digits begin at, or end
// before, a place.
func beginsWord(s string, at int) bool {
	return isAlnum(s[at]) && (at == 0 || !isAlnum(s[at-1]))
}

func endsWord(s string, at int) bool { return at == len(s) || !isAlnum(s[at]) }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func isLetter(c byte) bool {
	c = upper(c)
	return 'A' <= c && c <= 'Z' || c == otherLetter
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
