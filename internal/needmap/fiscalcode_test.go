package needmap_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestCheckFiscalCode(t *testing.T) {
	for _, c := range []struct{ code, says string }{ // says: part of the refusal, "" for none
		{"00743110157", ""},
		{"02124831005", ""},
		{"80111810588", ""},
		{"00743110158", "check digit"},
		{"00743110175", "check digit"}, // neighbours swapped
		{"00000000000", "check digit"},
		{"0074311015", "not 10 characters"},
		{"007431101570", "not 12 characters"},
		{"0074311015A", "only digits"},
		{"٠٠٧٤٣١١٠١٥٧", "not 22 characters"}, // other digits are no digits here
		{"", "not 0 characters"},
		{"RCCMNL83S18D969H", "of a person"},
		{"rccmnl83s18d969h", "of a person"},
		{"RCCMNL83S18D96VH", "of a person"}, // a letter in the place of a digit, where two would share a code
		{"RCCMNL83S18D969", "not 15 characters"},
	} {
		err := needmap.CheckFiscalCode("fiscal_code", c.code)
		if c.says == "" && err == nil {
			continue
		}
		if c.says == "" || err == nil || !strings.Contains(err.Error(), c.says) || needmap.ErrorCode(err) != needmap.CodeInvalid {
			t.Errorf("%q: %v, want %q", c.code, err, c.says)
		}
		if err != nil && strings.Contains(c.says, "person") && strings.Contains(strings.ToUpper(err.Error()), "RCCMNL") {
			t.Errorf("the refusal repeats the code of a person: %v", err)
		}
	}
}

// TestEveryCheckDigit tries the ten endings of a number: one is right.
func TestEveryCheckDigit(t *testing.T) {
	for digit := '0'; digit <= '9'; digit++ {
		if err := needmap.CheckFiscalCode("", "0212483100"+string(digit)); (err == nil) != (digit == '5') {
			t.Errorf("ending in %c: %v", digit, err)
		}
	}
}
