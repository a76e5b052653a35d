package needmap

// findNameAndAddress finds what looks like the full name of a person together
// with an address, anywhere in one text.
//
// A name is a given name of the list next to a surname, in either order: another
// word with a capital, or in lower case a frequent surname or a word that can't
// be anything else there; or what stands behind a title, such as "sig.ra". The
// names of streets, and what is called after somebody (scuola, centro, San), are
// no names. An address is a street with a house number, a street that somebody
// lives in or that directly follows a name, or a door such as "int. 4".
//
// It can't see given names that the list does not have, unless a title announces
// them; initials; names in other scripts; and a given name or an address alone,
// which pass.
func findNameAndAddress(t *foldedText) (start, end int, ok bool) {
	r := newWordReader(t)
	addresses := r.addresses()
	if addresses == nil {
		return 0, 0, false
	}
	for i := 0; i < len(r.words); i++ {
		to, named := r.nameAt(i)
		if !named {
			i = max(i, to-1) // the rest of what is called after somebody
			continue
		}
		if a, ok := r.addressOf(wordRange{i, to}, addresses); ok {
			return r.words[min(i, a.from)].start, r.words[max(to, a.to)-1].end, true
		}
	}
	return 0, 0, false
}

// addressOf picks the address that makes a name that of a known person.
func (r *wordReader) addressOf(name wordRange, addresses []address) (address, bool) {
	for _, a := range addresses {
		before := a.from == name.to || a.from == name.to+1 && r.is(name.to, commonWord) // Mario Rossi in via Appia
		before = before && !r.after(name.to, ".;!?")
		behind := a.to == name.from && !r.after(name.from, ".;!?")
		if a.complete || a.named && (before || behind) {
			return a, true
		}
	}
	return address{}, false
}

// nameAt reads a full name at word i and gives its end. Without one, the words
// before the end are not to be read as a name.
func (r *wordReader) nameAt(i int) (end int, ok bool) {
	switch {
	case r.words[i].inStreet || r.words[i].number:
		return i, false
	case r.is(i, titleWord|professionWord):
		return r.titledAt(i)
	case r.isWritten(i) && r.calledAfter(i):
		for i++; r.joined(i) && r.isWritten(i); i++ {
		}
		return i, false
	case r.isGiven(i):
		return r.givenAt(i)
	}
	return r.reversedAt(i)
}

// givenAt reads Mario Rossi, Anna Maria De Luca, mario rossi.
func (r *wordReader) givenAt(i int) (end int, ok bool) {
	given := i
	for i++; r.joined(i) && r.isGiven(i); i++ {
	}
	if end = r.surname(i); end > i {
		return end, true
	}
	if r.joined(i) && r.isOrdinal(i) { // Giovanni Paolo II
		return i, false
	}
	return i, i-given > 1
}

// surname gives the end of the surname that begins at word i, i without one.
func (r *wordReader) surname(i int) int {
	first := i
	if !r.joined(i) {
		return first
	}
	for r.is(i, lowParticleWord) || r.capital(i) && r.is(i, particleWord) {
		if i++; !r.after(i, " '") {
			return first
		}
	}
	if !r.isSurname(i) && !(i > first && r.isGiven(i) && r.capital(i)) {
		return first
	}
	for i++; r.joined(i) && r.capital(i) && r.isSurname(i); i++ {
	}
	return i
}

// isSurname reports whether the word behind a given name is a surname.
func (r *wordReader) isSurname(i int) bool {
	w := r.words[i]
	switch {
	case w.inStreet || w.number || w.end-w.start < 2:
		return false
	case w.class&familyName != 0:
		return true
	case w.class&(commonWord|capitalNamesake|looseStreetWord|doorWord) != 0:
		return false
	case w.capital:
		return true
	}
	// In lower case, what a sentence goes on with has to follow.
	return w.end-w.start > 2 && !r.capital(i-1) && (!r.joined(i+1) || r.words[i+1].inStreet || r.number(i+1) || r.is(i+1, verbWord))
}

// reversedAt reads Rossi Mario; at the start of a sentence, where any word has a
// capital, only a frequent surname will do, or one that a break follows.
func (r *wordReader) reversedAt(i int) (end int, ok bool) {
	if !r.joined(i+1) || !r.isGiven(i+1) || r.words[i+1].inStreet {
		return i, false
	}
	known := r.is(i, familyName)
	if !known && !(r.capital(i) && r.capital(i+1) && r.is(i+1, givenName) && r.isSurname(i)) {
		return i, false
	}
	if infinitive := r.s[r.words[i].end-2:r.words[i].end] == "re"; !known && r.after(i, ".!?") && (infinitive || r.joined(i+2) && !r.words[i+2].inStreet) {
		return i, false
	}
	for i += 2; r.joined(i) && r.isGiven(i); i++ {
	}
	return i, true
}

// titledAt reads sig.ra Rossi, dott. Kofi Mensah.
func (r *wordReader) titledAt(i int) (end int, ok bool) {
	surnameIsEnough := r.is(i, titleWord)
	for i++; r.is(i, titleWord|professionWord) && r.after(i, " ."); i++ {
	}
	if !r.after(i, " .:") || r.words[i].inStreet {
		return i, false
	}
	if r.isGiven(i) {
		if end, ok := r.givenAt(i); ok {
			return end, true
		}
		return i + 1, surnameIsEnough
	}
	first := i
	for i < first+3 && (i == first || r.joined(i)) && i < len(r.words) && (r.isNameWord(i)) {
		i++
	}
	count := i - first
	return i, count > 1 || count == 1 && surnameIsEnough
}

// isNameWord reports whether a word behind a title is part of a name.
func (r *wordReader) isNameWord(i int) bool {
	return r.is(i, familyName) || r.isGiven(i) || r.capital(i) && (r.is(i, particleWord) || r.isSurname(i))
}

// isGiven reports whether word i is a given name as it is written, or for the
// surname behind it.
func (r *wordReader) isGiven(i int) bool {
	return r.is(i, givenName) || r.is(i, givenWord) && (r.capital(i) || r.is(i+1, familyName) && r.joined(i+1))
}

// isWritten reports whether word i is written as part of a name.
func (r *wordReader) isWritten(i int) bool {
	return r.capital(i) || r.is(i, givenName|familyName)
}

func (r *wordReader) isOrdinal(i int) bool {
	for _, c := range r.word(i) {
		if c != 'i' && c != 'v' && c != 'x' {
			return false
		}
	}
	return true
}

// joined reports whether word i goes on with the name before it.
func (r *wordReader) joined(i int) bool { return r.after(i, " -") && !r.words[i].inStreet }

// calledAfter reports whether a place or organisation bears the name at word i:
// scuola media statale "Giovanni Pascoli".
func (r *wordReader) calledAfter(i int) bool {
	for k := i - 1; k >= 0 && k >= i-5 && r.after(k+1, " '\"."); k-- {
		if r.is(k, namesakeWord) || r.is(k, capitalNamesake) && r.capital(k) || r.word(k) == "c" && r.word(k-1) == "i" {
			return true
		}
		if !r.is(k, fillerWord) {
			return false
		}
	}
	return false
}
