package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestDescribe(t *testing.T) {
	type properties = map[string]string
	for _, tt := range []struct {
		name       string
		options    TerritoryOptions
		properties properties
		want       string // code, kind, name, parent, province, region; or the fault after "!"
	}{
		{"ISTAT", TerritoryOptions{}, properties{"pro_com_t": "058091", "pro_com": "58091", "comune": "Roma", "cod_prov": "58", "cod_reg": "12"},
			"058091 COMUNE Roma  058 12"},
		{"ISTAT without the text code", TerritoryOptions{}, properties{"pro_com": "1272", "comune": "Torino", "cod_prov": "1", "cod_reg": "1"},
			"001272 COMUNE Torino  001 01"},
		{"openpolis", TerritoryOptions{}, properties{"com_istat_code": "056001", "name": "Acquapendente", "prov_istat_code": "056", "prov_name": "Viterbo", "prov_acr": "vt", "reg_istat_code": "12"},
			"056001 COMUNE Acquapendente  056 VT Viterbo 12"},
		{"openpolis by number", TerritoryOptions{}, properties{"com_istat_code_num": "56001", "name": "A"}, "056001 COMUNE A  056"},
		{"a municipio", TerritoryOptions{}, properties{"municipio": "1", "com_istat_code": "058091", "name": "Municipio I"}, "058091-01 MUNICIPIO Municipio I 058091 058"},
		{"Roma Capitale's words", TerritoryOptions{}, properties{"numero_rom": "Municipio Roma XV"}, "058091-15 MUNICIPIO Municipio XV 058091 058"},
		{"a municipio's whole code", TerritoryOptions{}, properties{"com_istat_code": "058091-07", "name": "M"}, "058091-07 MUNICIPIO M 058091 058"},
		{"own properties", TerritoryOptions{CodeProperty: "Codice", NameProperty: "Nome"}, properties{"codice": "58091", "nome": "R", "name": "not this"},
			"058091 COMUNE R  058"},
		{"own number of a municipio", TerritoryOptions{CodeProperty: "num", Kind: needmap.KindMunicipio}, properties{"num": "3"}, "058091-03 MUNICIPIO Municipio III 058091 058"},
		{"told to be a comune", TerritoryOptions{Kind: needmap.KindComune}, properties{"municipio": "1", "com_istat_code": "058091", "name": "R"}, "058091 COMUNE R  058"},
		{"no code", TerritoryOptions{}, properties{"name": "R"}, "!no code that is known"},
		{"not the code that was named", TerritoryOptions{CodeProperty: "x"}, properties{"com_istat_code": "058091", "name": "R"}, "!no code in the property x"},
		{"letters", TerritoryOptions{}, properties{"com_istat_code": "H501", "name": "R"}, "!not the ISTAT code"},
		{"too long", TerritoryOptions{}, properties{"com_istat_code": "1058091", "name": "R"}, "!not the ISTAT code"},
		{"a province's code", TerritoryOptions{}, properties{"com_istat_code": "058000", "name": "R"}, "!not the ISTAT code"},
		{"below zero", TerritoryOptions{}, properties{"com_istat_code": "-58091", "name": "R"}, "!not the ISTAT code"},
		{"another province", TerritoryOptions{}, properties{"com_istat_code": "058091", "name": "R", "cod_prov": "57"}, "!does not belong"},
		{"no name", TerritoryOptions{}, properties{"com_istat_code": "058091"}, "!no name that is known"},
		{"a name with a NUL", TerritoryOptions{}, properties{"com_istat_code": "058091", "name": "R\x00"}, "!can't be read"},
		{"municipio none", TerritoryOptions{}, properties{"municipio": "centro"}, "!not the number of a municipio"},
		{"municipio 0", TerritoryOptions{}, properties{"municipio": "0"}, "!not the number of a municipio"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, fault := tt.options.describe(tt.properties)
			got := strings.Join([]string{b.Code, string(b.Kind), b.Name, b.ParentCode, b.ProvinceCode}, " ")
			for _, s := range []string{b.ProvinceAcronym, b.ProvinceName, b.RegionCode} {
				if s != "" {
					got += " " + s
				}
			}
			if want, bad := strings.CutPrefix(tt.want, "!"); bad && !strings.Contains(fault, want) || !bad && (fault != "" || got != want) {
				t.Errorf("got %q, fault %q; want %q", got, fault, tt.want)
			}
		})
	}
}

const twoRegions = `{"features": [
	{"properties": {"com_istat_code": "058091", "name": "Roma", "reg_istat_code": "12"},
	 "geometry": {"type": "Polygon", "coordinates": [[[12,41],[13,41],[13,42],[12,41]]]}},
	{"properties": {"com_istat_code": "001272", "name": "Torino", "reg_istat_code": "01"},
	 "geometry": {"type": "Polygon", "coordinates": [[[7,45],[180.5,45],[8,46],[7,45]]]}}]}`

func TestReadTerritory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.geojson")
	if err := os.WriteFile(path, []byte(twoRegions), 0o600); err != nil {
		t.Fatal(err)
	}
	found, problems, err := ReadTerritory([]string{path}, TerritoryOptions{Source: "ISTAT"}, nil)
	if err != nil || len(found) != 1 || found[0].Code != "058091" || found[0].Source != "ISTAT" || found[0].File != "two.geojson" {
		t.Errorf("found %+v, error %v", found, err)
	}
	if len(problems) != 1 || problems[0].Feature != 2 || !strings.Contains(problems[0].String(), "two.geojson, feature 2 (001272 Torino): its coordinates are not degrees") {
		t.Errorf("problems %v", problems)
	}
	_, problems, _ = ReadTerritory([]string{path}, TerritoryOptions{Region: "12"}, nil)
	if len(problems) != 0 {
		t.Errorf("region 12 alone: %v", problems)
	}
	_, problems, _ = ReadTerritory([]string{path}, TerritoryOptions{Region: "03"}, nil)
	if len(problems) != 1 || !strings.Contains(problems[0].Reason, "no features of region 03") {
		t.Errorf("region 03 alone: %v", problems)
	}
	_, _, err = ReadTerritory([]string{filepath.Join(t.TempDir(), "absent.geojson")}, TerritoryOptions{}, nil)
	if needmap.ErrorCode(err) != needmap.CodeInvalid || err.Error() != "absent.geojson can't be opened" {
		t.Errorf("an absent file gives %v", err)
	}
	_, _, err = ReadTerritory([]string{t.TempDir()}, TerritoryOptions{}, nil)
	if needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("a directory gives %v", err)
	}
}
