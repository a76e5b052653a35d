package needmap

import "errors"

// OrganisationPart is a part of an organisation that can be taken away.
type OrganisationPart string

// Parts of an organisation that can be taken away.
const (
	PartFiscalCode  OrganisationPart = "FISCAL_CODE"
	PartDescription OrganisationPart = "DESCRIPTION"
	PartSeat        OrganisationPart = "MUNICIPALITY"
)

// OrganisationParts is the set, in its published order.
var OrganisationParts = []OrganisationPart{PartFiscalCode, PartDescription, PartSeat}

// OrganisationValues are what a caller states of a cooperative or partner; nil
// stays as it is. Only a partner has a kind.
type OrganisationValues struct {
	Name         *string
	Kind         *PartnerKind
	FiscalCode   *string
	Description  *string // a blank one takes the description away
	Municipality *string // code of any municipality: the seat
	Volunteers   *int
	Clear        []OrganisationPart
}

// New makes an organisation: a partner if it has a kind, or else a cooperative.
// Without a slug it has none yet. Everything that is wrong is INVALID, naming
// each part.
func (v OrganisationValues) New(slug *string, atlas *Atlas) (*Organisation, error) {
	o := &Organisation{IsCooperative: v.Kind == nil, Version: 1}
	err := v.apply(o, atlas)
	if slug != nil {
		o.Slug = *slug
		err = errors.Join(err, checkSlug(*slug))
	}
	return o, err
}

// Change gives the change of a locked organisation that the values make.
func (v OrganisationValues) Change(atlas *Atlas) func(*Organisation) error {
	return func(o *Organisation) error { return v.apply(o, atlas) }
}

func (v OrganisationValues) apply(o *Organisation, atlas *Atlas) error {
	return errors.Join(
		v.clear(o),
		given(v.Name, func(name string) (err error) {
			o.Name, err = CheckTitle("name", name)
			return err
		}),
		given(v.Kind, func(kind PartnerKind) error {
			o.PartnerKind = &kind
			return checkWord("kind", kind, PartnerKinds)
		}),
		given(v.FiscalCode, func(code string) error {
			o.FiscalCode = &code
			return CheckFiscalCode("fiscalCode", code)
		}),
		given(v.Description, func(text string) (err error) {
			o.Description, err = checkDescription("description", text)
			return err
		}),
		given(v.Municipality, func(code string) (err error) {
			o.MunicipalityID, err = placeOf(code, atlas)
			return err
		}),
		given(v.Volunteers, func(count int) error {
			o.Volunteers = count
			return checkRange("volunteers", count, 0, MaxCount)
		}),
	)
}

func (v OrganisationValues) clear(o *Organisation) error {
	for _, part := range v.Clear {
		switch part {
		case PartFiscalCode:
			o.FiscalCode = nil
		case PartDescription:
			o.Description = nil
		case PartSeat:
			o.MunicipalityID = nil
		}
	}
	return checkClear(v.Clear, OrganisationParts, map[OrganisationPart]bool{
		PartFiscalCode: v.FiscalCode != nil, PartDescription: v.Description != nil, PartSeat: v.Municipality != nil,
	})
}

// given runs set with a value that was stated.
func given[T any](value *T, set func(T) error) error {
	if value == nil {
		return nil
	}
	return set(*value)
}

// CheckCooperatives holds the cooperatives of a new partner to at least one, each
// once.
func CheckCooperatives(ids []int) error {
	if len(ids) == 0 || len(ids) > MaxPartnerships {
		return Invalid("cooperatives", "a partner is joined to 1 to %d cooperatives, not %d", MaxPartnerships, len(ids))
	}
	return checkOnce("cooperatives", ids)
}

// CheckCooperativesThere refuses a list that names an organisation that is not
// among the cooperatives.
func CheckCooperativesThere(ids []int, cooperatives map[int]bool) error {
	for i, id := range ids {
		if !cooperatives[id] {
			return Invalid(item("cooperatives", i), "there is no such cooperative")
		}
	}
	return nil
}
