package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Property names of ISTAT's and openpolis' files and of Roma Capitale's, lower
// case, most telling first.
var (
	codeProperties         = []string{"pro_com_t", "com_istat_code", "pro_com", "com_istat_code_num"}
	municipioProperties    = []string{"municipio", "numero_rom", "numero_mun"}
	comuneNameProperties   = []string{"comune", "name", "com_name", "nome"}
	municipioNames         = []string{"name", "nome"}
	provinceCodeProperties = []string{"cod_prov", "prov_istat_code", "prov_istat_code_num"}
	provinceNameProperties = []string{"prov_name", "den_prov", "den_uts"}
	provinceAcrProperties  = []string{"prov_acr", "sigla"}
	regionCodeProperties   = []string{"cod_reg", "reg_istat_code", "reg_istat_code_num"}
	regionNameProperties   = []string{"reg_name", "den_reg"}
)

// codeOfRome is the comune whose municipi a file means when it does not say.
const codeOfRome = "058091"

const maxNameRunes = 200

var (
	comunePattern    = regexp.MustCompile(`^[0-9]{6}$`)
	municipioPattern = regexp.MustCompile(`^[0-9]{6}-[0-9]{2}$`)
	romanNumbers     = []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
		"XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX"}
)

// describe reads a feature's code, name and place in the territory. fault says
// why that can't be done; what was understood is given all the same.
func (o TerritoryOptions) describe(properties map[string]string) (b Boundary, fault string) {
	b.RegionCode = padded(first(properties, regionCodeProperties), 2)
	b.RegionName = first(properties, regionNameProperties)
	b.ProvinceName = first(properties, provinceNameProperties)
	b.ProvinceAcronym = strings.ToUpper(first(properties, provinceAcrProperties))
	number := 0
	if b.Code, number, fault = o.code(properties); fault != "" {
		b.Name = firstOf(first(properties, comuneNameProperties), b.Name)
		return b, fault
	}
	b.Kind, b.Name = needmap.KindComune, first(properties, comuneNameProperties)
	b.ProvinceCode = b.Code[:3]
	if municipioPattern.MatchString(b.Code) {
		b.Kind, b.ParentCode = needmap.KindMunicipio, b.Code[:6]
		b.Name = firstOf(first(properties, municipioNames), municipioName(number))
	}
	if o.NameProperty != "" {
		b.Name = properties[strings.ToLower(o.NameProperty)]
	}
	return b, o.check(b, properties)
}

func (o TerritoryOptions) check(b Boundary, properties map[string]string) string {
	province := padded(first(properties, provinceCodeProperties), 3)
	switch {
	case b.Name == "" && o.NameProperty != "":
		return fmt.Sprintf("it has no name in the property %s", o.NameProperty)
	case b.Name == "":
		return "it has no name that is known; name the property with --name-property"
	case !readable(b.Name) || !readable(b.ProvinceName) || !readable(b.ProvinceAcronym) || !readable(b.RegionName):
		return "a name in it has signs that can't be read, or is too long"
	case province != "" && province != b.ProvinceCode:
		return fmt.Sprintf("the code %s does not belong to the province %s", b.Code, province)
	case b.RegionCode != "" && len(b.RegionCode) != 2:
		return fmt.Sprintf("the region's code %q is not two digits", brief(b.RegionCode))
	}
	return ""
}

// code finds the code of a comune or municipio, and the municipio's number.
func (o TerritoryOptions) code(properties map[string]string) (code string, number int, fault string) {
	value := first(properties, codeProperties)
	if o.CodeProperty != "" {
		if value = properties[strings.ToLower(o.CodeProperty)]; value == "" {
			return "", 0, fmt.Sprintf("it has no code in the property %s", o.CodeProperty)
		}
	}
	if municipioPattern.MatchString(value) && o.Kind != needmap.KindComune {
		number, _ = strconv.Atoi(value[7:])
		return value, number, ""
	}
	within := first(properties, municipioProperties)
	switch {
	case o.Kind == needmap.KindMunicipio && o.CodeProperty != "":
		return municipioCode(properties, value)
	case o.Kind == needmap.KindMunicipio, o.Kind == "" && o.CodeProperty == "" && within != "":
		return municipioCode(properties, within)
	case value == "":
		return "", 0, "it has no code that is known; name the property with --code-property"
	}
	code, fault = comuneCode(value)
	return code, 0, fault
}

func municipioCode(properties map[string]string, value string) (string, int, string) {
	number := municipioNumber(value)
	if number == 0 {
		return "", 0, fmt.Sprintf("%q is not the number of a municipio", brief(value))
	}
	parent, fault := comuneCode(firstOf(first(properties, codeProperties), codeOfRome))
	if fault != "" {
		return "", 0, fault
	}
	return fmt.Sprintf("%s-%02d", parent, number), number, ""
}

func comuneCode(value string) (string, string) {
	code := padded(value, 6)
	if !comunePattern.MatchString(code) || code[:3] == "000" || code[3:] == "000" {
		return "", fmt.Sprintf("%q is not the ISTAT code of a comune, such as 058091", brief(value))
	}
	return code, ""
}

// municipioNumber reads "5", "V", "Municipio V", "Municipio Roma V"; 0 when it can't.
func municipioNumber(value string) int {
	words := strings.Fields(strings.ToUpper(value))
	if len(words) == 0 {
		return 0
	}
	last := words[len(words)-1]
	if n, err := strconv.Atoi(last); err == nil && n >= 1 && n <= 99 {
		return n
	}
	for i, roman := range romanNumbers {
		if last == roman {
			return i + 1
		}
	}
	return 0
}

func municipioName(number int) string {
	if number >= 1 && number <= len(romanNumbers) {
		return "Municipio " + romanNumbers[number-1]
	}
	return fmt.Sprintf("Municipio %d", number)
}

// first gives the first property of a list that has a value.
func first(properties map[string]string, names []string) string {
	for _, name := range names {
		if v := properties[name]; v != "" {
			return v
		}
	}
	return ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// padded puts back the zeros that a code loses when it is stored as a number.
func padded(value string, width int) string {
	value = strings.TrimSuffix(value, ".0")
	if _, err := strconv.ParseUint(value, 10, 32); err != nil || len(value) >= width {
		return value
	}
	return strings.Repeat("0", width-len(value)) + value
}

func readable(s string) bool {
	n := 0
	for _, r := range s {
		if n++; n > maxNameRunes || r == unicode.ReplacementChar || unicode.IsControl(r) {
			return false
		}
	}
	return true
}

// brief keeps a message readable when the value is not.
func brief(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}
