package ingest

// Organisation is how a row of a file can name an organisation that is stored.
type Organisation struct {
	ID            int
	ExternalID    string // "" when it has none
	Slug          string
	FiscalCode    string // "" when unknown
	IsCooperative bool
}

// Organisations finds stored organisations. It is safe for concurrent use.
type Organisations struct {
	byExternalID, bySlug, byFiscalCode map[string]*Organisation
}

// NewOrganisations indexes organisations.
func NewOrganisations(all []Organisation) *Organisations {
	o := &Organisations{map[string]*Organisation{}, map[string]*Organisation{}, map[string]*Organisation{}}
	for i := range all {
		org := &all[i]
		if org.ExternalID != "" {
			o.byExternalID[org.ExternalID] = org
		}
		if org.FiscalCode != "" {
			o.byFiscalCode[org.FiscalCode] = org
		}
		o.bySlug[org.Slug] = org
	}
	return o
}

// Find gives the organisation with this external_id, or else with this slug.
func (o *Organisations) Find(key string) (*Organisation, bool) {
	if org, ok := o.byExternalID[key]; ok {
		return org, true
	}
	org, ok := o.bySlug[key]
	return org, ok
}
