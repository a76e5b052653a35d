package needmap

// CheckFiscalCode accepts the 11-digit fiscal code or VAT number of an
// organisation by its check digit (DM 23/12/1976: Luhn over the digits). The
// 16-character code of a person is refused: it identifies somebody.
func CheckFiscalCode(field, code string) error {
	if isPersonalCode(code) {
		return Invalid(field, "this is the fiscal code of a person; only an organisation's 11-digit code may be stored")
	}
	if len(code) != 11 {
		return Invalid(field, "an organisation's fiscal code has 11 digits, not %d characters", len(code))
	}
	sum := 0
	for i, r := range []byte(code) {
		if r < '0' || r > '9' {
			return Invalid(field, "an organisation's fiscal code has only digits")
		}
		digit := int(r - '0')
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	if code == "00000000000" || sum%10 != 0 {
		return Invalid(field, "the check digit of the fiscal code %s is wrong", code)
	}
	return nil
}
