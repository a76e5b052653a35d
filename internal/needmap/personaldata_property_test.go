package needmap_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestPlantedData puts personal data of each kind anywhere between harmless
// texts: it is found, and the span covers it.
func TestPlantedData(t *testing.T) {
	for looksLike, draw := range map[string]func(*rapid.T) string{
		needmap.LooksLikeFiscalCode:     drawFiscalCode,
		needmap.LooksLikePhone:          drawPhone,
		needmap.LooksLikeEmail:          drawEmail,
		needmap.LooksLikeIBAN:           drawIBAN,
		needmap.LooksLikeNameAndAddress: drawNameAndAddress,
	} {
		t.Run(looksLike, rapid.MakeCheck(func(t *rapid.T) {
			planted := disguise(t, draw(t))
			before, behind := drawHarmless(t, "before"), drawHarmless(t, "behind")
			text := before + "; " + planted + rapid.SampledFrom([]string{"; ", ", ", ". ", "! ", " ("}).Draw(t, "break") + behind
			span := needmap.FindPersonalData(text)
			if span == nil || span.LooksLike != looksLike {
				t.Fatalf("%q: got %+v", text, span)
			}
			start := len([]rune(before)) + 2
			if span.Start > start || span.End < start+len([]rune(planted)) {
				t.Errorf("%q: the span covers %q", text, spanned(text, span))
			}
		}))
	}
}

func TestHarmlessTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if text := drawHarmless(t, "text"); needmap.FindPersonalData(text) != nil {
			t.Errorf("%q: %+v", text, needmap.FindPersonalData(text))
		}
	})
}

// drawHarmless puts harmless texts together.
func drawHarmless(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(harmlessTexts), 0, 5).Draw(t, label), rapid.SampledFrom([]string{"; ", ", ", ": ", " ("}).Draw(t, "joint"))
}

// disguise writes a text in other characters that look the same.
func disguise(t *rapid.T, text string) string {
	if !rapid.Bool().Draw(t, "disguised") {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		if i > 0 && rapid.IntRange(0, 4).Draw(t, "hide") == 0 {
			b.WriteRune(rapid.SampledFrom([]rune{'\u200b', '\u00ad', '\u2060', '\u200d'}).Draw(t, "hidden"))
		}
		switch other := rapid.IntRange(0, 3).Draw(t, "other") == 0; {
		case other && r == ' ':
			r = '\u00a0'
		case other && r > ' ' && r < 0x7f:
			r += '！' - '!'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// ofShape draws a character for each of a shape: # a digit, A a capital, M the
// letter of a month; others stand for themselves.
func ofShape(t *rapid.T, shape string) string {
	text := []byte(shape)
	for i, c := range text {
		switch c {
		case '#':
			text[i] = byte(rapid.IntRange('0', '9').Draw(t, "digit"))
		case 'A':
			text[i] = byte(rapid.IntRange('A', 'Z').Draw(t, "letter"))
		case 'M':
			text[i] = rapid.SampledFrom([]byte("ABCDEHLMPRST")).Draw(t, "month")
		}
	}
	return string(text)
}

func drawFiscalCode(t *rapid.T) string {
	code := ofShape(t, rapid.SampledFrom([]string{"AAAAAA##M##A###A", "AAAAAA#LM##A#V#A", "AAA AAA ##M## A###A", "AAA-AAA-##M##-A###A"}).Draw(t, "shape"))
	if rapid.Bool().Draw(t, "lower") {
		code = strings.ToLower(code)
	}
	return code
}

func drawPhone(t *rapid.T) string {
	gap := rapid.SampledFrom([]string{"", " ", ".", "-", "/", " - "}).Draw(t, "gap")
	area := rapid.SampledFrom([]string{"32", "33", "34", "38", "06", "0761", "0773"}).Draw(t, "area")
	groups := []string{area}
	switch {
	case area[0] == '3':
		groups[0] += ofShape(t, "#")
		groups = append(groups, rapid.SampledFrom([]string{"#######", "### ####", "## ## ###", "### ###"}).Draw(t, "groups"))
	case area == "06":
		groups = append(groups, rapid.SampledFrom([]string{"555####", "55 ## ## ##", "772#####"}).Draw(t, "groups"))
	default:
		groups = append(groups, rapid.SampledFrom([]string{"2#####", "22 ## ##"}).Draw(t, "groups"))
	}
	country := rapid.SampledFrom([]string{"", "+39 ", "0039 ", "+39-", "+39"}).Draw(t, "country")
	return country + strings.ReplaceAll(ofShape(t, strings.Join(groups, " ")), " ", gap)
}

func drawEmail(t *rapid.T) string {
	local := rapid.StringMatching(`[a-z][a-z0-9]{0,8}([._-][a-z0-9]{1,8})?`).Draw(t, "local")
	domain := rapid.StringMatching(`[a-z]{2,9}(-[a-z]{1,4})?`).Draw(t, "domain")
	at := rapid.SampledFrom([]string{"@", " @ ", "(at)", " [at] ", " chiocciola "}).Draw(t, "at")
	dot := rapid.SampledFrom([]string{".", " . ", " punto ", "(dot)"}).Draw(t, "dot")
	return local + at + domain + dot + rapid.SampledFrom([]string{"it", "com", "org", "eu"}).Draw(t, "ending")
}

func drawIBAN(t *rapid.T) string {
	country := rapid.SampledFrom([]string{"IT", "SM", "DE", "RO", "FR"}).Draw(t, "country")
	account := map[string]string{
		"IT": "A######################", "SM": "A##########AAA#########", "DE": "##################",
		"RO": "AAAA################", "FR": "#######################",
	}[country]
	account = ofShape(t, account)
	iban := country + checkDigits(account+country) + account
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		return strings.ToLower(iban)
	case 1:
		return iban
	}
	var groups []string
	for ; len(iban) > 4; iban = iban[4:] {
		groups = append(groups, iban[:4])
	}
	return strings.Join(append(groups, iban), rapid.SampledFrom([]string{" ", "-"}).Draw(t, "gap"))
}

// checkDigits works out those of an IBAN by the whole number: 98 less the rest.
func checkDigits(account string) string {
	var digits strings.Builder
	for _, c := range account + "00" {
		if c >= 'A' {
			c -= 'A' - 10
		} else {
			c -= '0'
		}
		fmt.Fprint(&digits, int(c))
	}
	number, _ := new(big.Int).SetString(digits.String(), 10)
	return fmt.Sprintf("%02d", 98-new(big.Int).Mod(number, big.NewInt(97)).Int64())
}

func drawNameAndAddress(t *rapid.T) string {
	given := rapid.SampledFrom([]string{"Mario", "Anna Maria", "Giulia", "Mohamed", "Niccolò", "Oksana"}).Draw(t, "given")
	surname := rapid.SampledFrom([]string{"Rossi", "De Luca", "Cavicchioli", "D'Angelo", "El Sayed", "Kovalenko"}).Draw(t, "surname")
	name := given + " " + surname
	if rapid.Bool().Draw(t, "capitals") {
		name = strings.ToUpper(name)
	}
	name = rapid.SampledFrom([]string{"", "sig. ", "dott.ssa "}).Draw(t, "title") + name
	joint := rapid.SampledFrom([]string{", ", " in ", " abita in ", " ha bisogno di spesa; ", " - "}).Draw(t, "joint")
	address := rapid.SampledFrom([]string{
		"via Appia Nuova 12", "viale dell'Università, 30/B", "p.zza Vittorio 5", "largo Argentina n. 3", "via Giuseppe Verdi 7 scala B int. 4",
		"v.le dei Quattro Venti 1", "via XX Settembre 20", "lungotevere Testaccio 4",
	}).Draw(t, "address")
	return name + joint + address
}
