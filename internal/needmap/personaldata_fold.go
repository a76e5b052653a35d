package needmap

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Marks of a folded text, in place of what ASCII does not have.
const (
	otherLetter = '\x01'
	otherSymbol = '\x02'
	currency    = '$'
)

// foldedText is a text as it looks, in ASCII: compatibility forms decomposed,
// accents and invisible characters left out, every space a space, every dash a
// hyphen, every digit one of ours.
type foldedText struct {
	plain  string  // with capitals as they were
	lower  string  // the same in lower case
	at     []int32 // for each byte of plain, the character of the text that it comes from
	runes  int     // of the text
	digits int
}

func fold(text string) *foldedText {
	t := &foldedText{at: make([]int32, 0, len(text))}
	plain := make([]byte, 0, len(text))
	for i, r := range text {
		from := len(plain)
		if plain = appendASCII(plain, r); r >= 0x80 && len(plain) == from {
			plain = appendFolded(plain, r, text[i:])
		}
		for ; from < len(plain); from++ {
			t.at = append(t.at, int32(t.runes))
			if isDigit(plain[from]) {
				t.digits++
			}
		}
		t.runes++
	}
	t.plain = string(plain)
	for i, c := range plain {
		if 'A' <= c && c <= 'Z' {
			plain[i] = c - 'A' + 'a'
		}
	}
	t.lower = string(plain)
	return t
}

// span turns a stretch of the folded text into one of the text itself, with the
// invisible characters behind it.
func (t *foldedText) span(start, end int, looksLike string) *Span {
	behind := t.runes
	if end < len(t.at) {
		behind = max(int(t.at[end]), int(t.at[end-1])+1)
	}
	return &Span{Start: int(t.at[start]), End: behind, LooksLike: looksLike}
}

func appendASCII(to []byte, r rune) []byte {
	switch {
	case r >= 0x80:
		return to
	case r < ' ' || r == 0x7f:
		return append(to, ' ')
	}
	return append(to, byte(r))
}

// appendFolded appends what the character at the start of rest looks like, which
// may be nothing.
func appendFolded(to []byte, r rune, rest string) []byte {
	parts := norm.NFKD.PropertiesString(rest).Decomposition()
	if parts == nil {
		return appendLook(to, r)
	}
	for _, part := range string(parts) {
		to = appendLook(to, part)
	}
	return to
}

// appendLook appends one character that does not decompose.
func appendLook(to []byte, r rune) []byte {
	if r < 0x80 {
		return appendASCII(to, r)
	}
	if twin, ok := lookalikes[r]; ok {
		return append(to, twin)
	}
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point):
		return to
	case unicode.IsLetter(r):
		return append(to, otherLetter)
	case unicode.IsDigit(r):
		return append(to, '0'+digitValue(r))
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return append(to, ' ')
	case unicode.Is(unicode.Pd, r):
		return append(to, '-')
	case unicode.Is(unicode.Sc, r):
		return append(to, currency)
	}
	return append(to, otherSymbol)
}

// digitValue relies on that Unicode lays decimal digits in tens, from 0 to 9.
func digitValue(r rune) byte {
	for _, set := range unicode.Nd.R16 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return byte((r - rune(set.Lo)) % 10)
		}
	}
	for _, set := range unicode.Nd.R32 {
		if rune(set.Lo) <= r && r <= rune(set.Hi) {
			return byte((r - rune(set.Lo)) % 10)
		}
	}
	return 0
}

// lookalikes are characters that the eye takes for one of ASCII, each before it.
var lookalikes = pairs("АAВBЕEІIЈJКKМMНHОOРPСCЅSТTУYХX" + "аaеeіiјjкkоoрpсcѕsуyхx" +
	"ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" + "οoνvαaιiρp" + "łlŁLøoØOđdĐDıi" +
	"’'‘'‛'′'“\"”\"„\"«\"»\"" + "−-⁃-·.•.∙.‧.∕/⁄/")

func pairs(text string) map[rune]byte {
	runes := []rune(text)
	twins := make(map[rune]byte, len(runes)/2)
	for i := 0; i+1 < len(runes); i += 2 {
		twins[runes[i]] = byte(runes[i+1])
	}
	return twins
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
