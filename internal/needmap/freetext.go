package needmap

import "unicode/utf8"

// CheckFreeText refuses a text that somebody typed when it is too long, is not
// text, or holds what identifies a person: a fiscal code, a phone number, an
// e-mail address, an IBAN, or what looks like a full name with an address. The
// error has the span that offends and never its words. If the check can't run,
// the text is refused too. nil is no text, and fine.
func CheckFreeText(field string, text *string, mostRunes int) error {
	return checkFreeText(field, text, mostRunes, FindPersonalData)
}

func checkFreeText(field string, text *string, mostRunes int, find func(string) *Span) (err error) {
	if text == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = Invalid(field, "the text could not be checked for personal data, so it is not stored")
		}
	}()
	if HoldsControl(*text) {
		return Invalid(field, "the text is not valid UTF-8 or holds control characters")
	}
	if n := utf8.RuneCountInString(*text); n > mostRunes {
		return Invalid(field, "the text has %d characters, the most is %d", n, mostRunes)
	}
	if span := find(*text); span != nil {
		e := Invalid(field, "%s", span.Refusal())
		e.Detail = &Detail{Span: span}
		return e
	}
	return nil
}
