package ingest

import (
	"io"
	"slices"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ServicesTemplate is a file of services to start from. Its rows can be imported
// after those of CooperativesTemplate, which they refer to.
const ServicesTemplate = `external_id,organisation,name,field,specialisation,status,provision,is_pilot,capacity,people_reached,catchment_metres,minimum_age,maximum_age,longitude,latitude,location_kind,municipalities
example-service-1,example-coop-1,Doposcuola Esempio,MINORS,educator,ACTIVE,PUBLICLY_FUNDED,false,40,120,3000,6,14,12.1067,42.4168,EXACT,056059|056018
example-service-2,example-coop-1,Spesa a domicilio Esempio,ELDERLY,,ACTIVE,MUTUAL_AID,true,25,0,,65,,,,AREA,VT
`

var serviceColumns = []csvColumn{
	{"external_id", true}, {"organisation", true}, {"name", true}, {"field", true}, {"specialisation", false},
	{"status", true}, {"provision", true}, {"is_pilot", false}, {"capacity", true}, {"people_reached", false},
	{"catchment_metres", false}, {"minimum_age", false}, {"maximum_age", false},
	{"longitude", false}, {"latitude", false}, {"location_kind", false}, {"municipalities", false},
}

// ServiceRow is a service as a file has it.
type ServiceRow struct {
	needmap.Service
	MunicipalityIDs []int // local municipalities served, sorted
}

// ReadServices reads a CSV file of services. The error says why the file as a
// whole can't be read; for its rows see the Report.
func ReadServices(r io.Reader, file string, atlas *needmap.Atlas, known *Organisations) ([]ServiceRow, Report, error) {
	table, err := newCSVTable(r, file, serviceColumns)
	if err != nil {
		return nil, Report{}, err
	}
	lines := map[string]int{}
	var rows []ServiceRow
	for {
		row, err := table.next()
		if err != nil || row == nil {
			return rows, table.report, err
		}
		service := ServiceRow{Service: row.service()}
		row.once("external_id", service.ExternalID, lines)
		if org, ok := known.Find(row.cell("organisation")); ok {
			service.OrganisationID = org.ID
		} else {
			row.fail("organisation", "no organisation has this external_id or slug")
		}
		service.MunicipalityIDs = row.leaves("municipalities", atlas)
		rows = append(rows, service)
	}
}

func (r *csvRow) service() needmap.Service {
	s := needmap.Service{
		ExternalID:      r.must("external_id", maxExternalID),
		Name:            r.must("name", maxName),
		Field:           wordOr(r, "field", needmap.Fields, ""),
		Specialisation:  r.optionalText("specialisation", maxName),
		Status:          wordOr(r, "status", needmap.ServiceStatuses, ""),
		Provision:       wordOr(r, "provision", needmap.Provisions, ""),
		IsPilot:         r.yes("is_pilot"),
		Capacity:        r.integer("capacity", 0, maxCount),
		PeopleReached:   r.integerOr("people_reached", 0, maxCount, 0),
		CatchmentMetres: r.optionalInteger("catchment_metres", 1, needmap.MaxRadiusMetres),
	}
	s.MinimumAge, s.MaximumAge = r.ages()
	point, kind, ok := r.location()
	if s.LocationKind = kind; ok && mayHavePoint(kind) {
		s.Location = point
	}
	return s
}

// leaves reads codes, of which a comune with municipi, a province or a region
// stands for all its local municipalities. The keys are sorted.
func (r *csvRow) leaves(column string, atlas *needmap.Atlas) []int {
	ids := []int{}
	for i, code := range r.list(column) {
		leaves, err := atlas.Leaves(column, strings.ToUpper(code))
		if err != nil {
			r.fail(column, "no municipality, province or region has this code: entry %d of the list", i+1)
			return nil
		}
		for _, leaf := range leaves {
			ids = append(ids, leaf.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
