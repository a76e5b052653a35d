package ingest

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CooperativesTemplate is a file of cooperatives to start from: its rows can be
// imported.
const CooperativesTemplate = `external_id,name,slug,fiscal_code,description,municipality,volunteers,specialists
example-coop-1,Cooperativa Esempio,cooperativa-esempio,01234567897,Servizi educativi e domiciliari,056059,12,psychologist:3|educator:12
example-coop-2,Seconda Cooperativa Esempio,,,,056059,,
`

// PartnersTemplate is a file of partners to start from. Its rows can be imported
// after those of CooperativesTemplate, which they refer to.
const PartnersTemplate = `external_id,name,slug,kind,fiscal_code,description,municipality,volunteers,specialists,cooperatives
example-partner-1,Associazione Esempio,associazione-esempio,ASSOCIATION,,Volontari del quartiere,056059,30,,example-coop-1|example-coop-2
example-partner-2,Scuola Esempio,,SCHOOL,,,056059,,,example-coop-1
`

var (
	cooperativeColumns = []csvColumn{
		{"external_id", true}, {"name", true}, {"slug", false}, {"fiscal_code", false}, {"description", false},
		{"municipality", false}, {"volunteers", false}, {"specialists", false},
	}
	partnerColumns = append([]csvColumn{{"kind", true}, {"cooperatives", false}}, cooperativeColumns...)
)

// Limits of the directory.
const (
	maxName        = 200
	maxDescription = 5000
	maxCount       = 1_000_000
)

// OrganisationRow is a cooperative or partner as a file has it.
type OrganisationRow struct {
	needmap.Organisation
	Specialists  map[string]int // operators by specialisation
	Cooperatives []int          // keys of the cooperatives that a partner is joined to
}

// ReadCooperatives reads a CSV file of cooperatives. The error says why the file
// as a whole can't be read; for its rows see the Report.
func ReadCooperatives(r io.Reader, file string, atlas *needmap.Atlas, known *Organisations) ([]OrganisationRow, Report, error) {
	return readOrganisations(r, file, cooperativeColumns, atlas, known)
}

// ReadPartners reads a CSV file of partners, as ReadCooperatives does.
func ReadPartners(r io.Reader, file string, atlas *needmap.Atlas, known *Organisations) ([]OrganisationRow, Report, error) {
	return readOrganisations(r, file, partnerColumns, atlas, known)
}

func readOrganisations(r io.Reader, file string, columns []csvColumn, atlas *needmap.Atlas, known *Organisations) ([]OrganisationRow, Report, error) {
	table, err := newCSVTable(r, file, columns)
	if err != nil {
		return nil, Report{}, err
	}
	_, partners := table.at["kind"]
	reader := &organisationReader{atlas: atlas, known: known, partners: partners,
		ids: map[string]int{}, slugs: map[string]int{}, codes: map[string]int{}}
	var rows []OrganisationRow
	for {
		row, err := table.next()
		if err != nil || row == nil {
			return rows, table.report, err
		}
		rows = append(rows, reader.organisation(row))
	}
}

type organisationReader struct {
	atlas             *needmap.Atlas
	known             *Organisations
	partners          bool
	ids, slugs, codes map[string]int // the line of each
}

func (o *organisationReader) organisation(row *csvRow) OrganisationRow {
	org := OrganisationRow{Organisation: needmap.Organisation{
		IsCooperative: !o.partners,
		ExternalID:    row.must("external_id", maxExternalID),
		Name:          row.must("name", maxName),
		Description:   row.optionalText("description", maxDescription),
		FiscalCode:    row.fiscalCode(),
		Volunteers:    row.integerOr("volunteers", 0, maxCount, 0),
	}}
	if code := row.cell("municipality"); code != "" {
		if m, ok := o.atlas.ByCode(code); ok {
			org.MunicipalityID = &m.ID
		} else {
			row.fail("municipality", "no municipality has this code")
		}
	}
	if o.partners {
		kind := wordOr(row, "kind", needmap.PartnerKinds, "")
		org.PartnerKind = &kind
		org.Cooperatives = o.cooperatives(row)
	}
	org.Specialists = row.specialists()
	o.identify(row, &org)
	return org
}

// identify settles the slug and sees that no key belongs to somebody else.
func (o *organisationReader) identify(row *csvRow, org *OrganisationRow) {
	before := o.known.byExternalID[org.ExternalID]
	if before != nil && before.IsCooperative != org.IsCooperative {
		row.fail("external_id", "a cooperative can't become a partner, nor a partner a cooperative")
	}
	org.Slug = row.cell("slug")
	switch {
	case org.Slug == "" && before != nil:
		org.Slug = before.Slug // addresses stay, whatever becomes of the name
	case org.Slug == "":
		org.Slug = slugOf(org.Name)
	}
	if len(org.Slug) > maxName || !slugShape.MatchString(org.Slug) {
		row.fail("slug", "lower-case letters a to z, digits and single hyphens are needed")
	}
	if other := o.known.bySlug[org.Slug]; other != nil && other.ExternalID != org.ExternalID {
		row.fail("slug", "another organisation has it already")
	}
	if code := org.FiscalCode; code != nil {
		if other := o.known.byFiscalCode[*code]; other != nil && other.ExternalID != org.ExternalID {
			row.fail("fiscal_code", "another organisation has it already")
		}
		row.once("fiscal_code", *code, o.codes)
	}
	row.once("external_id", org.ExternalID, o.ids)
	row.once("slug", org.Slug, o.slugs)
}

func (o *organisationReader) cooperatives(row *csvRow) []int {
	var ids []int
	for _, key := range row.list("cooperatives") {
		org, ok := o.known.Find(key)
		if !ok || !org.IsCooperative {
			row.fail("cooperatives", "no cooperative has this external_id or slug: entry %d of the list", len(ids)+1)
			return nil
		}
		ids = append(ids, org.ID)
	}
	return ids
}

// fiscalCode reads the code of an organisation. That of a person was refused
// before, with the cell.
func (r *csvRow) fiscalCode() *string {
	code := r.cell("fiscal_code")
	if code == "" {
		return nil
	}
	if err := needmap.CheckFiscalCode("fiscal_code", code); err != nil {
		r.failWith("fiscal_code", err)
	}
	return &code
}

// specialists reads "psychologist:3|educator:12".
func (r *csvRow) specialists() map[string]int {
	operators := map[string]int{}
	for _, entry := range r.list("specialists") {
		name, count, _ := strings.Cut(entry, ":")
		name = strings.TrimSpace(name)
		n, err := strconv.Atoi(strings.TrimSpace(count))
		_, twice := operators[name]
		if err != nil || n < 1 || n > maxCount || name == "" || len(name) > maxName || twice {
			r.fail("specialists", "a list such as psychologist:3|educator:12 is needed, each specialisation once")
			return nil
		}
		operators[name] = n
	}
	return operators
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slugOf makes the address of an organisation from its name.
func slugOf(name string) string {
	return strings.Trim(notInSlug.ReplaceAllString(needmap.PlainText(name), "-"), "-")
}
