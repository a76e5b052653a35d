package needmap

import "fmt"

// Kinds of personal data, as a Span's LooksLike names them.
const (
	LooksLikeFiscalCode     = "FISCAL_CODE"
	LooksLikePhone          = "PHONE"
	LooksLikeEmail          = "EMAIL"
	LooksLikeIBAN           = "IBAN"
	LooksLikeNameAndAddress = "NAME_AND_ADDRESS"
)

// looksLikeWords tells the kinds to people.
var looksLikeWords = map[string]string{
	LooksLikeFiscalCode:     "the fiscal code of a person",
	LooksLikePhone:          "a phone number",
	LooksLikeEmail:          "an e-mail address",
	LooksLikeIBAN:           "an IBAN",
	LooksLikeNameAndAddress: "a full name with an address",
}

// finder gives the first stretch of a text that is of its kind, in bytes of the
// folded text; ok is false without one.
type finder func(t *foldedText) (start, end int, ok bool)

var finders = []struct {
	looksLike string
	find      finder
}{
	{LooksLikeFiscalCode, findPersonalCode},
	{LooksLikeIBAN, findIBAN},
	{LooksLikePhone, findPhone},
	{LooksLikeEmail, findEmail},
	{LooksLikeNameAndAddress, findNameAndAddress},
}

// FindPersonalData gives the first words of a text that identify a person, nil
// when it finds none. It reads a text as a person would see it: full-width
// characters, letters of other scripts that look the same, odd spaces and
// invisible characters make no difference.
//
//   - FISCAL_CODE: the 16 characters of a person's code, see HoldsPersonalCode.
//     The 11 digits of an organisation's are fine.
//   - PHONE: Italian mobile and landline numbers, any number after + or 00, and
//     what follows a word such as "tel."; see findPhone for what is none.
//   - EMAIL: addresses, their "@" and dots also in words, see findEmail.
//   - IBAN: of any country; see findIBAN.
//   - NAME_AND_ADDRESS: a given name with a surname, and an address anywhere in
//     the same text; see findNameAndAddress for what it can't see.
//
// A text that passes may still tell who somebody is: no program finds it all.
func FindPersonalData(text string) *Span {
	var first *Span
	t := fold(text)
	for _, f := range finders {
		start, end, ok := f.find(t)
		if !ok {
			continue
		}
		if span := t.span(start, end, f.looksLike); first == nil || span.Start < first.Start {
			first = span
		}
	}
	return first
}

// Refusal says what a span looks like and where it is, in characters counted
// from 1 as people count. It never repeats the words, for it may be logged.
func (s *Span) Refusal() string {
	return fmt.Sprintf("this holds what looks like %s, which must not be stored: characters %d to %d",
		looksLikeWords[s.LooksLike], s.Start+1, s.End)
}
