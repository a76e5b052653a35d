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
	digit := false
	at := 0
	for k := range len(personalShape) {
		if (k == 3 || k == 6 || k == 11) && at < len(s) && isSeparator(s[at]) {
			at++
		}
		if at == len(s) || !fits(personalShape[k], upper(s[at])) {
			return false
		}
		digit = digit || s[at] <= '9'
		at++
	}
	return digit && (at == len(s) || !isAlnum(s[at]))
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
