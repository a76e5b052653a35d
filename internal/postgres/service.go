package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// FindServices gives a page of services by name.
func (s *Store) FindServices(ctx context.Context, c needmap.ServiceCriteria, p needmap.Page) ([]*needmap.Service, bool, error) {
	var w where
	addServiceConditions(&w, c)
	statement := sqlServices + restrictByName(&w, p, serviceAfter, serviceBefore) +
		byName(p, serviceForward, serviceBackward) + limitClause(p)
	var list []*needmap.Service
	err := s.query(ctx, numbered(statement), w.args, func(rows *sqlx.Rows) error {
		v, err := scanService(rows)
		list = append(list, v)
		return err
	})
	list, more := trimPage(list, p)
	return list, more, err
}

// CountServices counts the services that a filter matches.
func (s *Store) CountServices(ctx context.Context, c needmap.ServiceCriteria) (int, error) {
	var w where
	addServiceConditions(&w, c)
	count := 0
	err := s.get(ctx, numbered(sqlServiceCount+w.sql()), w.args, &count)
	return count, err
}

// FindServicesPerGroup gives a page for each group of keys, by name: of local
// municipalities served, or of organisations.
func (s *Store) FindServicesPerGroup(ctx context.Context, relation needmap.ServiceRelation, groups [][]int, c needmap.ServiceCriteria, p needmap.Page) ([][]*needmap.Service, []bool, error) {
	w := where{args: []any{arrayLiterals(groups)}}
	w.add(serviceRelations[relation])
	addServiceConditions(&w, c)
	statement := sqlPerGroup + sqlServices + restrictByName(&w, p, serviceAfter, serviceBefore) +
		byName(p, serviceForward, serviceBackward) + limitClause(p) + byName(p, sqlPerGroupEnd, sqlPerGroupEndBackward)
	return pagesPerGroup(ctx, s, statement, w.args, len(groups), p, scanService)
}

// CountServicesPerGroup counts what FindServicesPerGroup pages through.
func (s *Store) CountServicesPerGroup(ctx context.Context, relation needmap.ServiceRelation, groups [][]int, c needmap.ServiceCriteria) ([]int, error) {
	w := where{args: []any{arrayLiterals(groups)}}
	w.add(serviceRelations[relation])
	addServiceConditions(&w, c)
	return s.countsPerGroup(ctx, sqlPerGroup+sqlServiceCount+w.sql()+sqlCountPerGroupEnd, w.args, len(groups))
}

var serviceRelations = map[needmap.ServiceRelation]string{
	needmap.ServesMunicipality:    serviceInGroupArea,
	needmap.OfferedByOrganisation: serviceOfOrganisationGroup,
}

// ServicesByID finds services by their keys; missing ones are left out.
func (s *Store) ServicesByID(ctx context.Context, ids []int) ([]*needmap.Service, error) {
	var list []*needmap.Service
	err := s.query(ctx, sqlServicesByID, []any{pq.Array(ids)}, func(rows *sqlx.Rows) error {
		v, err := scanService(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

// ServiceAreas gives the keys of the local municipalities that some services
// serve, in the order of their codes.
func (s *Store) ServiceAreas(ctx context.Context, serviceIDs []int) (map[int][]int, error) {
	byService := map[int][]int{}
	err := s.query(ctx, sqlServiceAreas, []any{pq.Array(serviceIDs)}, func(rows *sqlx.Rows) error {
		var service, municipality int
		err := rows.Scan(&service, &municipality)
		byService[service] = append(byService[service], municipality)
		return err
	})
	return byService, err
}

// Suspensions gives the suspensions of some services, newest first, by service.
func (s *Store) Suspensions(ctx context.Context, serviceIDs []int) (map[int][]*needmap.Suspension, error) {
	byService := map[int][]*needmap.Suspension{}
	err := s.query(ctx, sqlSuspensions, []any{pq.Array(serviceIDs)}, func(rows *sqlx.Rows) error {
		v, err := scanSuspension(rows)
		byService[v.ServiceID] = append(byService[v.ServiceID], v)
		return err
	})
	return byService, err
}

// SuspensionsByID finds suspensions by their keys; missing ones are left out.
func (s *Store) SuspensionsByID(ctx context.Context, ids []int) ([]*needmap.Suspension, error) {
	var list []*needmap.Suspension
	err := s.query(ctx, sqlSuspensionsByID, []any{pq.Array(ids)}, func(rows *sqlx.Rows) error {
		v, err := scanSuspension(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

func addServiceConditions(w *where, c needmap.ServiceCriteria) {
	if c.MunicipalityIDs != nil {
		w.add(serviceServes, pq.Array(c.MunicipalityIDs))
	}
	oneOf(w, "s.field", "field_of_intervention", c.Fields)
	oneOf(w, "s.status", "service_status", c.Statuses)
	oneOf(w, "s.provision", "provision", c.Provisions)
	if c.OfferedBy != nil {
		w.add(serviceOfferedBy, *c.OfferedBy)
	}
	if c.Pilot != nil {
		w.add(servicePilot, *c.Pilot)
	}
	if c.Name != nil {
		w.add(serviceNamed, *c.Name)
	}
}

func scanService(rows *sqlx.Rows, before ...any) (*needmap.Service, error) {
	var v needmap.Service
	var lon, lat *float64
	err := rows.Scan(append(before, &v.SortName, &v.ID, &v.ExternalID, &v.OrganisationID, &v.Name, &v.Field, &v.Specialisation,
		&v.Status, &v.Provision, &v.IsPilot, &v.Capacity, &v.PeopleReached, &v.CatchmentMetres, &v.MinimumAge, &v.MaximumAge,
		&lon, &lat, &v.LocationKind, &v.Version, &v.IsSynthetic)...)
	v.Location = point(lon, lat)
	return &v, err
}

func scanSuspension(rows *sqlx.Rows) (*needmap.Suspension, error) {
	var v needmap.Suspension
	err := rows.Scan(&v.ID, &v.ServiceID, &v.From, &v.To, &v.Reason)
	return &v, err
}
