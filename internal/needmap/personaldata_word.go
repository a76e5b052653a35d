package needmap

import "strings"

// textWord is a word or number of a folded text.
type textWord struct {
	start, end int
	class      wordClass
	gap        byte // what is before it: ' ' for nothing but space, else the first other character; '.' at the start
	capital    bool // in a text that is not all in capitals
	number     bool
	inStreet   bool
}

// wordReader finds names and addresses among the words of a text.
type wordReader struct {
	s     string // in lower case
	words []textWord
}

// newWordReader takes a folded text apart. Abbreviations such as p.zza and
// sig.ra become one word.
func newWordReader(t *foldedText) *wordReader {
	r := &wordReader{s: t.lower, words: make([]textWord, 0, len(t.lower)/5+1)}
	cased := strings.ContainsFunc(t.plain, func(c rune) bool { return 'a' <= c && c <= 'z' })
	for i := 0; i < len(r.s); i++ {
		if !isAlnum(r.s[i]) {
			continue
		}
		w := textWord{start: i, number: isDigit(r.s[i]), capital: cased && r.s[i] != t.plain[i]}
		for i < len(r.s) && isAlnum(r.s[i]) {
			i++
		}
		w.end = i
		if !r.abbreviated(w.start, w.end) {
			w.gap, w.class = r.gapBefore(w.start), lexicon[r.s[w.start:w.end]]
			r.words = append(r.words, w)
		}
	}
	return r
}

// abbreviated joins the end of p.zza, or p. zza, to its beginning.
func (r *wordReader) abbreviated(start, end int) bool {
	if len(r.words) == 0 || end-start > 3 {
		return false
	}
	before := &r.words[len(r.words)-1]
	if gap := r.s[before.end:start]; before.end-before.start > 4 || gap != "." && gap != ". " {
		return false
	}
	class := lexicon[r.s[before.start:before.end]+r.s[start:end]]
	if class&(streetWord|titleWord|professionWord) == 0 {
		return false
	}
	before.end, before.class = end, class
	return true
}

func (r *wordReader) gapBefore(start int) byte {
	if len(r.words) == 0 {
		return '.'
	}
	gap := strings.TrimLeft(r.s[r.words[len(r.words)-1].end:start], " ")
	if gap == "" {
		return ' '
	}
	return gap[0]
}

// is reports whether word i is there and of a class.
func (r *wordReader) is(i int, class wordClass) bool {
	return i >= 0 && i < len(r.words) && r.words[i].class&class != 0
}

// after reports whether word i is there, behind one of some gaps.
func (r *wordReader) after(i int, gaps string) bool {
	return i >= 0 && i < len(r.words) && strings.IndexByte(gaps, r.words[i].gap) >= 0
}

func (r *wordReader) capital(i int) bool {
	return i >= 0 && i < len(r.words) && r.words[i].capital
}

func (r *wordReader) number(i int) bool {
	return i >= 0 && i < len(r.words) && r.words[i].number
}

// letter reports whether word i is a single letter.
func (r *wordReader) letter(i int) bool {
	return i >= 0 && i < len(r.words) && r.words[i].end-r.words[i].start == 1 && !r.words[i].number
}
