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

// HoldsPersonalCode reports whether the fiscal code of a person stands somewhere
// in a text, in one piece or in groups, in capitals or not.
func HoldsPersonalCode(text string) bool {
	inWord := false
	for i := 0; i+len(personalShape) <= len(text); i++ {
		alnum := isAlnum(text[i])
		if alnum && !inWord && personalCodeAt(text[i:]) {
			return true
		}
		inWord = alnum
	}
	return false
}

// personalCodeAt wants one real digit at least, so that words don't pass for a
// code: "digits" that are all letters do not occur in practice.
func personalCodeAt(s string) bool {
	end, digit := matchPersonalCode(s)
	return end > 0 && digit && (end == len(s) || !isAlnum(s[end]))
}

// isPersonalCode reports whether a text is a personal code and nothing else;
// where a code is asked for, no word stands by chance.
func isPersonalCode(s string) bool {
	end, _ := matchPersonalCode(s)
	return end > 0 && end == len(s)
}

// matchPersonalCode gives the length of the code that a text begins with, 0 for
// none, and whether a real digit is in it.
func matchPersonalCode(s string) (end int, digit bool) {
	for k := range len(personalShape) {
		if (k == 3 || k == 6 || k == 11) && end < len(s) && isSeparator(s[end]) {
			end++
		}
		if end == len(s) || !fits(personalShape[k], upper(s[end])) {
			return 0, false
		}
		digit = digit || s[end] <= '9'
		end++
	}
	return end, digit
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

func isSeparator(c byte) bool { return c == ' ' || c == '-' || c == '.' || c == '/' }

func isAlnum(c byte) bool {
	c = upper(c)
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z'
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
