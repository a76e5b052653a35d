package needmap

import "strings"

// ibanLengths is how many characters an IBAN of each country has.
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 " +
	"EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
	"KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 " +
	"PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 " +
	"UA29 VA22 VG24 XK20 YE30 "

// italianIBAN is the shape of an IBAN of Italy or San Marino behind the country:
// check digits, control letter, bank, branch, account (A: letter or digit).
const italianIBAN = "DDLDDDDDDDDDDAAAAAAAAAAAA"

// findIBAN finds an IBAN in one piece or in groups of four with the right check
// digits. One of Italy or San Marino is found in any groups, and with wrong
// check digits too: with a typing error it still tells whose it is.
func findIBAN(t *foldedText) (start, end int, ok bool) {
	s := t.plain
	if t.digits < 8 {
		return 0, 0, false
	}
	for i := 0; i+15 <= len(s); i++ {
		if !beginsWord(s, i) || !isLetter(s[i]) {
			continue
		}
		if hasPrefixFold(s[i:], "iban") && isLetter(s[i+4]) { // "IBAN" written right before it
			i += 4
		}
		if end := ibanAt(s[i:]); end > 0 {
			return i, i + end, true
		}
	}
	return 0, 0, false
}

// ibanAt gives the length of the IBAN that a text begins with, 0 for none.
func ibanAt(s string) int {
	length := ibanLength(s)
	if length == 0 {
		return 0
	}
	if hasPrefixFold(s, "IT") || hasPrefixFold(s, "SM") {
		return italianIBANAt(s)
	}
	var code [34]byte
	n, end := 0, 0
	for ; n < length; n++ {
		if gap := separators(s[end:]); gap > 0 && n > 0 {
			if n%4 != 0 {
				return 0
			}
			end += gap
		}
		if end == len(s) || !isAlnum(s[end]) {
			return 0
		}
		code[n] = upper(s[end])
		end++
	}
	if !endsWord(s, end) || ibanRemainder(code[:n]) != 1 {
		return 0
	}
	return end
}

// ibanLength looks up the country that a text begins with; 0 without one.
func ibanLength(s string) int {
	if len(s) < 4 || !isLetter(s[1]) || isLetter(s[2]) {
		return 0
	}
	at := strings.Index(ibanLengths, string([]byte{upper(s[0]), upper(s[1])}))
	if at < 0 || at%5 != 0 {
		return 0
	}
	return int(ibanLengths[at+2]-'0')*10 + int(ibanLengths[at+3]-'0')
}

func italianIBANAt(s string) int {
	end := 2
	for _, class := range []byte(italianIBAN) {
		end += separators(s[end:])
		if end == len(s) {
			return 0
		}
		digit, letter := isDigit(s[end]), isLetter(s[end]) && s[end] != otherLetter
		if class == 'D' && !digit || class == 'L' && !letter || !digit && !letter {
			return 0
		}
		end++
	}
	if !endsWord(s, end) {
		return 0
	}
	return end
}

// ibanRemainder is the code modulo 97, its first four characters put last and
// letters counted from 10 (ISO 13616); 1 is right. Other letters make it -1.
func ibanRemainder(code []byte) int {
	rest := 0
	for i := range code {
		switch c := code[(i+4)%len(code)]; {
		case isDigit(c):
			rest = (rest*10 + int(c-'0')) % 97
		case 'A' <= c && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return -1
		}
	}
	return rest
}
