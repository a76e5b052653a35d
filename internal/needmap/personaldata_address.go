package needmap

// wordRange is some words of a text, by their place; the end is excluded.
type wordRange struct{ from, to int }

// address is where somebody may live.
type address struct {
	wordRange
	complete bool // it says at which door, or that somebody lives there
	named    bool // it has the name of a street, with a capital
}

const mostStreetWords = 5 // in a street's name, besides di, del, San

// addresses finds the streets of a text, and doors such as "int. 4", and marks
// the words that are part of a street.
func (r *wordReader) addresses() []address {
	var list []address
	for i := 0; i < len(r.words); i++ {
		a, ok := r.streetAt(i)
		if !ok {
			a, ok = r.doorAt(i)
		}
		if !ok {
			continue
		}
		for k := a.from; k < a.to; k++ {
			r.words[k].inStreet = true
		}
		i = a.to - 1
		if home := r.residenceBefore(a.from); home < a.from {
			a.from, a.complete = home, true
		}
		list = append(list, a)
	}
	return list
}

// streetAt reads "via Appia Nuova, n. 12/B, scala C int. 4".
func (r *wordReader) streetAt(i int) (address, bool) {
	a := address{wordRange: wordRange{from: i}}
	loose := r.is(i, looseStreetWord)
	becauseOf := r.word(i-1) == "per" && r.is(i+1, particleWord) && !r.capital(i+2) // per via di
	ordinal := r.word(i) == "v" && !r.after(i+1, ".")                               // a V alone, not v. Appia
	if !loose && !r.is(i, streetWord) || becauseOf || ordinal {
		return a, false
	}
	name := r.streetName(i + 1)
	if name == i+1 || loose && !r.capital(i+1) && r.is(i+1, particleWord|commonWord) && !r.capital(name-1) {
		return a, false
	}
	a.to = name
	for k := i + 1; k < name; k++ {
		a.named = a.named || r.words[k].capital
	}
	if door := r.houseNumber(name); door > name {
		a.complete = true
		a.to = r.doors(door)
	} else if door := r.doors(name); door > name {
		a.complete, a.to = true, door
	}
	return a, true
}

// streetName gives the end of a street's name. It ends where another sentence
// part begins, or a person: "via Appia Nuova Mario Rossi".
func (r *wordReader) streetName(i int) int {
	end, count, capitals := i, 0, false
	for k := i; k < len(r.words) && count < mostStreetWords && (r.after(k, " '") || k == i && r.after(k, ".")); k++ {
		w := r.words[k]
		switch {
		case w.class&streetWord != 0:
			return end
		case w.number:
			if count > 0 || !r.after(k+1, " ") || r.words[k+1].number { // via 4 Novembre
				return end
			}
		case w.class&(particleWord|namesakeWord) != 0 && (count == 0 || w.class&particleWord != 0 || w.capital):
			if w.class&namesakeWord != 0 {
				count++
			}
			if w.class&namesakeWord != 0 && w.class&particleWord == 0 {
				end = k + 1
			}
			continue
		case count > 0 && r.isGiven(k) && !r.is(k-1, namesakeWord|givenName|givenWord):
			if _, person := r.givenAt(k); person {
				return end
			}
		case !w.capital && (capitals || w.class&verbWord != 0 || w.class&commonWord != 0 && (count > 0 || w.end-w.start <= 3)):
			return end
		}
		count++
		capitals = capitals || w.capital
		end = k + 1
	}
	return end
}

// houseNumber gives the end of the house number that begins at word i, i itself
// without one.
func (r *wordReader) houseNumber(i int) int {
	k, gaps := i, " ,"
	for k < i+2 && r.is(k, numberWord) && r.after(k, " ,.") {
		k, gaps = k+1, " ,.\x02'"
	}
	if !r.after(k, gaps) || !(r.number(k) && r.words[k].end-r.words[k].start <= 5 || r.word(k) == "snc") {
		return i
	}
	k++
	if r.after(k, "/-") && r.letter(k) {
		k++
	}
	return k
}

// doors gives the end of the doors named from word i on: "scala B, int. 4".
func (r *wordReader) doors(i int) int {
	for r.is(i, doorWord) && r.after(i, " ,-") && r.after(i+1, " .") && (r.number(i+1) || r.letter(i+1)) {
		i += 2
	}
	return i
}

// doorAt reads a door without a street: an interno with its number, or a scala
// with its letter.
func (r *wordReader) doorAt(i int) (address, bool) {
	switch r.word(i) {
	case "int", "interno":
		if !r.number(i + 1) {
			return address{}, false
		}
	case "scala", "sc":
		if !r.letter(i+1) || !r.capital(i+1) {
			return address{}, false
		}
	default:
		return address{}, false
	}
	if !r.after(i+1, " .") {
		return address{}, false
	}
	return address{wordRange: wordRange{i, max(i+2, r.doors(i+2))}, complete: true}, true
}

// residenceBefore gives the word that says that somebody lives at the address at
// word i, such as "residente a Roma in"; i without one.
func (r *wordReader) residenceBefore(i int) int {
	for k := i - 1; k >= max(0, i-5) && (k == i-1 || !r.after(k+1, ".;!?")); k-- {
		if r.is(k, residenceWord) && !r.after(i, ".;!?") {
			return k
		}
	}
	return i
}

func (r *wordReader) word(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.s[r.words[i].start:r.words[i].end]
}
