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

func TestHoldsPersonalCode(t *testing.T) {
	for text, want := range map[string]bool{
		"RSSMRA80A01H501U":                      true,
		"chiamare rssmra80a01h501u.":            true,
		"CF:RSSMRA80A01H501U, sola":             true,
		"RSS MRA 80A01 H501U":                   true,
		"RSS-MRA-80A01-H501U":                   true,
		"RSSMRAULALMHRLMV":                      false, // no digit at all: a word may look so
		"RSSMRA8LA01H5LMV":                      true,  // letters in the place of digits
		"è RSSMRA80A01H501U":                    true,
		"RSSMRA80A01H501":                       false, // one short
		"RSSMRA80A01H501UX":                     false, // one more: another kind of key
		"RSSMRA80F01H501U":                      false, // F is no month
		"3f2504e0-4f89-11d3-9a0c-0305e82c3301":  false,
		"assistenza domiciliare per 12 anziani": false,
		"":                                      false,
	} {
		if got := needmap.HoldsPersonalCode(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
