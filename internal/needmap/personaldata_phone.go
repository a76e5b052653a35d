package needmap

import (
	"regexp"
	"strings"
)

const (
	leastPhoneDigits = 7 // a number that a word announces; others need more
	mostPhoneDigits  = 17
)

// digitGroup is digits without anything between them.
type digitGroup struct {
	start, end int
	joined     bool // only separators of phone numbers are before it, behind another group
	harmless   bool // part of a day, an hour, a law: never of a phone number
}

// findPhone finds a phone number: any after + or 00; Italian ones that begin with
// 0 (landlines, 8 to 11 digits) or 32 to 39 (mobiles, 9 or 10), with or without
// 39 before them; and any of 7 digits or more behind a word such as "tel.". They
// may be in groups, as people write them.
//
// None are: days, hours, years and ranges of them, "328/2000", sums of money,
// codes of municipalities, an organisation's 11-digit code whose check digit is
// right, lists that count up ("36 37 38 39 40"), and what is not a person's:
// numbers that begin with 1 (112, 1500, 116117), toll-free 800 and 803 numbers.
// Numbers in words and foreign ones without + are not seen.
func findPhone(t *foldedText) (start, end int, ok bool) {
	if t.digits < leastPhoneDigits {
		return 0, 0, false
	}
	s := t.lower
	groups := digitGroups(s)
	if _, _, ok = firstPhone(s, groups); !ok {
		return 0, 0, false
	}
	// Something is; now look closely at what may be days and hours.
	markHarmless(s, groups, func(gap string) bool { return isOneOf(gap, "./-:") })
	markHarmless(s, groups, func(gap string) bool { return isOneOf(strings.Trim(gap, " "), "/-") })
	return firstPhone(s, groups)
}

func firstPhone(s string, groups []digitGroup) (start, end int, ok bool) {
	for i := range groups {
		if end := phoneFrom(s, groups[i:]); end > 0 {
			return plusBefore(s, groups[i].start), end, true
		}
	}
	return 0, 0, false
}

// digitGroups finds the groups of digits of a text.
func digitGroups(s string) []digitGroup {
	groups := make([]digitGroup, 0, 16)
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		g := digitGroup{start: i}
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		g.end = i
		if len(groups) > 0 {
			gap := s[groups[len(groups)-1].end:g.start]
			bracket := strings.Contains(gap, "(") && !strings.HasPrefix(s[i:], ")") // a remark; not +39 (0)6
			g.joined = len(gap) <= 5 && !bracket && strings.Trim(gap, " .-/()_") == ""
		}
		groups = append(groups, g)
	}
	return groups
}

func isOneOf(s, set string) bool { return len(s) == 1 && strings.Contains(set, s) }

const (
	hourShape  = `(?:[01]?\d|2[0-4])[.:][0-5]\d`
	dateShape  = `(?:0?[1-9]|[12]\d|3[01])`
	monthShape = `(?:0?[1-9]|1[0-2])`
	dayShape   = `(?:` + dateShape + `/` + monthShape + `/(?:19|20)?\d\d|` + dateShape + `\.` + monthShape + `\.(?:19|20)?\d\d|` +
		dateShape + `-` + monthShape + `-(?:19|20)?\d\d|(?:19|20)\d\d[./-]` + monthShape + `[./-]` + dateShape + `)`
	yearShape = `(?:19|20)\d\d`
	timeShape = `(?:` + hourShape + `|` + dayShape + `|` + monthShape + `[./-]` + yearShape + `|` + yearShape + `)`
)

// harmlessShape is what a run of groups is when it is no part of a phone number:
// hours, days, years, a number of a year, the code of a municipio.
var harmlessShape = regexp.MustCompile(`^(?:` +
	timeShape + `(?:[-/]` + timeShape + `)*|` +
	yearShape + `[-/]\d\d|` +
	`\d{1,7}/` + yearShape + `|` +
	`0\d{5}-\d{2})$`)

// markHarmless marks the groups of each run that is no part of a phone number. A
// run goes on as long as its gaps are of a kind.
func markHarmless(s string, groups []digitGroup, goesOn func(gap string) bool) {
	for len(groups) > 1 {
		n := 1
		for n < len(groups) && goesOn(s[groups[n-1].end:groups[n].start]) {
			n++
		}
		run := groups[:n]
		if groups = groups[n:]; n == 1 || run[0].harmless {
			continue
		}
		text := strings.ReplaceAll(s[run[0].start:run[n-1].end], " ", "")
		if harmlessShape.MatchString(text) {
			for i := range run {
				run[i].harmless = true
			}
		}
	}
}

// phoneFrom gives the end of the longest phone number that begins with the first
// of some groups, 0 for none.
func phoneFrom(s string, groups []digitGroup) int {
	var digits [mostPhoneDigits]byte
	number := phoneNumber{first: groups[0].end - groups[0].start, rising: true, plus: plusBefore(s, groups[0].start) < groups[0].start}
	glued := groups[0].start > 0 && isLetter(s[groups[0].start-1])
	announced, asked, best := false, false, 0
	for i, g := range groups {
		group := s[g.start:g.end]
		if g.harmless || i > 0 && !g.joined || len(number.digits)+len(group) > mostPhoneDigits {
			break
		}
		number.digits = append(digits[:len(number.digits)], group...)
		number.add(group)
		if !endsWord(s, g.end) {
			break
		}
		if len(number.digits) < leastPhoneDigits {
			continue
		}
		if !asked {
			announced, asked = announcedPhone(s[:groups[0].start]), true
		}
		if announced && number.subscriber() || !glued && number.known() && !isMoney(s, groups[0].start, g.end) {
			best = g.end
		}
	}
	return best
}

// phoneNumber is what may be one, group by group.
type phoneNumber struct {
	digits []byte
	first  int  // digits of the first group
	groups int  // how many
	long   bool // a group has more than two digits
	rising bool // each group is a little more than the one before it
	plus   bool // + stands before it
	last   int
}

func (n *phoneNumber) add(group string) {
	n.long = n.long || len(group) > 2
	value := 0
	for _, c := range group[:min(len(group), 4)] {
		value = value*10 + int(c-'0')
	}
	if step := value - n.last; n.groups > 0 && (step < 1 || step > 5) {
		n.rising = false
	}
	n.last, n.groups = value, n.groups+1
}

// subscriber reports whether it can be somebody's: what begins with 1 is for
// public services, 800 and 803 are toll-free, and lists and long keys are none.
func (n *phoneNumber) subscriber() bool {
	return n.digits[0] != '1' && !tollFree(n.digits) && len(n.digits) <= 15 && !(n.rising && n.groups > 2)
}

// known reports whether it is a phone number whatever stands before it.
func (n *phoneNumber) known() bool {
	d := n.digits
	switch {
	case n.plus:
		return d[0] != '0' && len(d) >= 8 && len(d) <= 15 && !(hasCountry39(d) && tollFree(d[2:]))
	case d[0] == '0' && d[1] == '0':
		country := n.first <= 5 || n.first >= 12 // else it is an organisation's code with something behind it
		return country && len(d) >= 12 && d[2] != '0' && !(hasCountry39(d[2:]) && tollFree(d[4:]))
	case n.rising && n.groups > 2:
		return false
	case hasCountry39(d) && len(d) == 12:
		return isMobile(d[2:])
	}
	return isMobile(d) && (n.first > 2 || !n.long) || n.isLandline()
}

func (n *phoneNumber) isLandline() bool {
	d := n.digits
	if d[0] != '0' || len(d) < 8 || len(d) > 11 {
		return false
	}
	city := (d[1] == '2' || d[1] == '6') && d[2] != '0' // Milan's and Rome's area codes have two digits
	switch {
	case !n.long:
		return true
	case n.first == 2:
		return city
	case n.first == 5 || n.first == 6: // or a postcode, or the code of a municipality
		return city && d[1] == '6' && len(d) > 8
	case n.first == 11:
		return CheckFiscalCode("", string(d)) != nil
	}
	return n.first > 2
}

func isMobile(d []byte) bool {
	return d[0] == '3' && d[1] >= '2' && (len(d) == 9 || len(d) == 10)
}

func hasCountry39(d []byte) bool { return d[0] == '3' && d[1] == '9' }

func tollFree(d []byte) bool {
	return d[0] == '8' && d[1] == '0' && (d[2] == '0' || d[2] == '3')
}

// plusBefore gives the place of a + before a group, or of the bracket around it;
// the group's own start without one.
func plusBefore(s string, start int) int {
	before := strings.TrimRight(s[:start], " ")
	if len(before)+1 < start || !strings.HasSuffix(before, "+") {
		return start
	}
	if before = before[:len(before)-1]; before != "" && isAlnum(before[len(before)-1]) {
		return start
	}
	return len(before)
}

// announcedPhone reports whether a word such as "tel." announces what follows a
// text, with up to three small words between them.
func announcedPhone(before string) bool {
	for range 4 {
		end := len(before)
		for end > 0 && !isAlnum(before[end-1]) {
			end--
		}
		start := end
		for start > 0 && isAlnum(before[start-1]) {
			start--
		}
		switch class := lexicon[before[start:end]]; {
		case class&phoneWord != 0:
			return true
		case class&phoneFiller == 0:
			return false
		}
		before = before[:start]
	}
	return false
}

// isMoney reports whether a sum is named: a currency before the number, or one,
// or thousands, after it.
func isMoney(s string, start, end int) bool {
	if before := strings.TrimRight(s[:start], " "); strings.HasSuffix(before, string(rune(currency))) {
		return true
	}
	after := strings.TrimLeft(s[end:], " ")
	for _, unit := range []string{string(rune(currency)), "euro", "eur", "mila", "milion"} {
		if strings.HasPrefix(after, unit) {
			return true
		}
	}
	return false
}
