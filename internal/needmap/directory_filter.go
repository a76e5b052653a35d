package needmap

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxNameRunes bounds a search by name.
const MaxNameRunes = 100

// OrganisationCriteria is a checked filter of cooperatives or partners. A nil
// slice means no restriction, an empty one no match.
type OrganisationCriteria struct {
	Cooperatives    bool // cooperatives, or else partners
	MunicipalityIDs []int
	Kinds           []PartnerKind
	JoinedTo        *string // slug of a cooperative
	Name            *string
}

// ServiceCriteria is a checked filter of services.
type ServiceCriteria struct {
	MunicipalityIDs []int // local municipalities, any of which is served
	Fields          []Field
	Statuses        []ServiceStatus
	Provisions      []Provision
	OfferedBy       *string // slug of an organisation
	Pilot           *bool
	Name            *string
}

// OrganisationRelation joins organisations to a group of keys of another kind.
type OrganisationRelation int

// Relations of organisations.
const (
	SeatedInMunicipality  OrganisationRelation = iota // keys of municipalities
	PresentInMunicipality                             // keys of municipalities: seat or service
	PartnerOfCooperative                              // keys of cooperatives
	CooperativeOfPartner                              // keys of partners
)

// ServiceRelation joins services to a group of keys of another kind.
type ServiceRelation int

// Relations of services.
const (
	ServesMunicipality    ServiceRelation = iota // keys of local municipalities
	OfferedByOrganisation                        // keys of organisations
)

// Criteria checks the filter and resolves its codes.
func (f *PartnerFilter) Criteria(atlas *Atlas) (OrganisationCriteria, error) {
	var c OrganisationCriteria
	if f == nil {
		return c, nil
	}
	if err := CheckWords("kinds", f.Kinds, PartnerKinds); err != nil {
		return c, err
	}
	ids, err := idsWithin(atlas, f.Municipalities)
	if err != nil {
		return c, err
	}
	c.MunicipalityIDs, c.Kinds = ids, f.Kinds
	if c.JoinedTo, err = checkName("cooperative", f.Cooperative); err != nil {
		return c, err
	}
	c.Name, err = checkName("name", f.Name)
	return c, err
}

// Criteria checks the filter and resolves its codes.
func (f *ServiceFilter) Criteria(atlas *Atlas) (ServiceCriteria, error) {
	var c ServiceCriteria
	if f == nil {
		return c, nil
	}
	err := errors.Join(CheckWords("fields", f.Fields, Fields), CheckWords("statuses", f.Statuses, ServiceStatuses),
		CheckWords("provisions", f.Provisions, Provisions))
	if err != nil {
		return c, err
	}
	ids, err := idsWithin(atlas, f.Municipalities)
	if err != nil {
		return c, err
	}
	c.MunicipalityIDs = ids
	c.Fields, c.Statuses, c.Provisions, c.Pilot = f.Fields, f.Statuses, f.Provisions, f.Pilot
	if c.OfferedBy, err = checkName("organisation", f.Organisation); err != nil {
		return c, err
	}
	c.Name, err = checkName("name", f.Name)
	return c, err
}

// Select gives the municipalities that the filter matches, ordered by code.
func (f *MunicipalityFilter) Select(atlas *Atlas) ([]*Municipality, error) {
	if f == nil {
		return atlas.All(), nil
	}
	if err := CheckWords("kinds", f.Kinds, MunicipalityKinds); err != nil {
		return nil, err
	}
	if f.Province != nil && !slices.ContainsFunc(atlas.All(), f.inProvince) {
		return nil, Invalid("province", "there is no province with code or acronym %q", shorten(*f.Province))
	}
	under, err := f.under(atlas)
	if err != nil {
		return nil, err
	}
	name, err := checkName("name", f.Name)
	if err != nil {
		return nil, err
	}
	found := []*Municipality{}
	for _, m := range atlas.All() {
		if (under == nil || under[m.Code]) && f.admits(m) && (name == nil || strings.Contains(PlainText(m.Name), PlainText(*name))) {
			found = append(found, m)
		}
	}
	return found, nil
}

func (f *MunicipalityFilter) admits(m *Municipality) bool {
	return (f.Kinds == nil || slices.Contains(f.Kinds, m.Kind)) &&
		(f.Local == nil || *f.Local == m.IsLocal) &&
		(f.Province == nil || f.inProvince(m))
}

func (f *MunicipalityFilter) inProvince(m *Municipality) bool {
	return *f.Province == m.ProvinceCode || *f.Province == m.ProvinceAcronym
}

// under gives the codes that the filter's codes stand for, nil for no restriction.
func (f *MunicipalityFilter) under(atlas *Atlas) (map[string]bool, error) {
	if f.Codes == nil {
		return nil, nil
	}
	if len(f.Codes) > maxCodes {
		return nil, Invalid("codes", "at most %d codes, not %d", maxCodes, len(f.Codes))
	}
	codes := map[string]bool{}
	for _, code := range f.Codes {
		all, err := atlas.Within("codes", code)
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			codes[m.Code] = true
		}
	}
	return codes, nil
}

// maxCodes bounds a list of codes: more than there are municipalities in a region.
const maxCodes = 500

// idsWithin resolves codes to the municipalities that they stand for, each once.
func idsWithin(atlas *Atlas, codes []string) ([]int, error) {
	if codes == nil {
		return nil, nil
	}
	if len(codes) > maxCodes {
		return nil, Invalid("municipalities", "at most %d codes, not %d; a province or region stands for all of its own", maxCodes, len(codes))
	}
	ids := []int{}
	seen := map[int]bool{}
	done := map[string]bool{}
	for _, code := range codes {
		if done[code] {
			continue
		}
		done[code] = true
		all, err := atlas.Within("municipalities", code)
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			if !seen[m.ID] {
				seen[m.ID] = true
				ids = append(ids, m.ID)
			}
		}
	}
	return ids, nil
}

func checkName(field string, name *string) (*string, error) {
	switch {
	case name == nil:
		return nil, nil
	case !utf8.ValidString(*name) || strings.ContainsRune(*name, 0):
		return nil, Invalid(field, "the text is not valid UTF-8 or holds a NUL character")
	case utf8.RuneCountInString(*name) > MaxNameRunes:
		return nil, Invalid(field, "the text has %d characters, the most is %d", utf8.RuneCountInString(*name), MaxNameRunes)
	}
	return name, nil
}
