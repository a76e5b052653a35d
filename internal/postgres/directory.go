package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// FindOrganisations gives a page of cooperatives or partners by name.
func (s *Store) FindOrganisations(ctx context.Context, c needmap.OrganisationCriteria, p needmap.Page) ([]*needmap.Organisation, bool, error) {
	var w where
	addOrganisationConditions(&w, c)
	statement := sqlOrganisations + restrictByName(&w, p, organisationAfter, organisationBefore) +
		byName(p, organisationForward, organisationBackward) + limitClause(p)
	var list []*needmap.Organisation
	err := s.query(ctx, numbered(statement), w.args, func(rows *sqlx.Rows) error {
		o, err := scanOrganisation(rows)
		list = append(list, o)
		return err
	})
	list, more := trimPage(list, p)
	return list, more, err
}

// CountOrganisations counts the organisations that a filter matches.
func (s *Store) CountOrganisations(ctx context.Context, c needmap.OrganisationCriteria) (int, error) {
	var w where
	addOrganisationConditions(&w, c)
	count := 0
	err := s.get(ctx, numbered(sqlOrganisationCount+w.sql()), w.args, &count)
	return count, err
}

// FindOrganisationsPerGroup gives a page for each group of keys, by name: of
// municipalities, cooperatives or partners, as the relation says.
func (s *Store) FindOrganisationsPerGroup(ctx context.Context, relation needmap.OrganisationRelation, groups [][]int, c needmap.OrganisationCriteria, p needmap.Page) ([][]*needmap.Organisation, []bool, error) {
	w := where{args: []any{arrayLiterals(groups)}}
	w.add(organisationRelations[relation])
	addOrganisationConditions(&w, c)
	statement := sqlPerGroup + sqlOrganisations + restrictByName(&w, p, organisationAfter, organisationBefore) +
		byName(p, organisationForward, organisationBackward) + limitClause(p) + byName(p, sqlPerGroupEnd, sqlPerGroupEndBackward)
	return pagesPerGroup(ctx, s, statement, w.args, len(groups), p, scanOrganisation)
}

// CountOrganisationsPerGroup counts what FindOrganisationsPerGroup pages through.
func (s *Store) CountOrganisationsPerGroup(ctx context.Context, relation needmap.OrganisationRelation, groups [][]int, c needmap.OrganisationCriteria) ([]int, error) {
	w := where{args: []any{arrayLiterals(groups)}}
	w.add(organisationRelations[relation])
	addOrganisationConditions(&w, c)
	return s.countsPerGroup(ctx, sqlPerGroup+sqlOrganisationCount+w.sql()+sqlCountPerGroupEnd, w.args, len(groups))
}

var organisationRelations = map[needmap.OrganisationRelation]string{
	needmap.SeatedInMunicipality:  organisationSeatedInGroup,
	needmap.PresentInMunicipality: organisationPresentInGroup,
	needmap.PartnerOfCooperative:  organisationOfCoopInGroup,
	needmap.CooperativeOfPartner:  organisationOfPartnerGroup,
}

// CooperativeBySlug finds a cooperative; nil when there is none.
func (s *Store) CooperativeBySlug(ctx context.Context, slug string) (*needmap.Organisation, error) {
	var found *needmap.Organisation
	err := s.query(ctx, sqlOrganisationBySlug, []any{slug}, func(rows *sqlx.Rows) error {
		o, err := scanOrganisation(rows)
		found = o
		return err
	})
	return found, err
}

// OrganisationsByID finds organisations by their keys; missing ones are left out.
func (s *Store) OrganisationsByID(ctx context.Context, ids []int) ([]*needmap.Organisation, error) {
	var list []*needmap.Organisation
	err := s.query(ctx, sqlOrganisationsByID, []any{pq.Array(ids)}, func(rows *sqlx.Rows) error {
		o, err := scanOrganisation(rows)
		list = append(list, o)
		return err
	})
	return list, err
}

// Specialists gives the operators of some organisations by specialisation.
func (s *Store) Specialists(ctx context.Context, organisationIDs []int) (map[int][]*needmap.Specialists, error) {
	byOrganisation := map[int][]*needmap.Specialists{}
	err := s.query(ctx, sqlSpecialists, []any{pq.Array(organisationIDs)}, func(rows *sqlx.Rows) error {
		var sp needmap.Specialists
		err := rows.Scan(&sp.OrganisationID, &sp.Specialisation, &sp.Operators)
		byOrganisation[sp.OrganisationID] = append(byOrganisation[sp.OrganisationID], &sp)
		return err
	})
	return byOrganisation, err
}

func addOrganisationConditions(w *where, c needmap.OrganisationCriteria) {
	w.add(organisationIsCooperative, c.Cooperatives)
	oneOfIDs(w, "o.municipality_id", c.MunicipalityIDs)
	oneOf(w, "o.partner_kind", "partner_kind", c.Kinds)
	if c.JoinedTo != nil {
		w.add(organisationJoinedTo, *c.JoinedTo)
	}
	if c.Name != nil {
		w.add(organisationNamed, *c.Name)
	}
}

// restrictByName adds a page's positions in a list by name.
func restrictByName(w *where, p needmap.Page, after, before string) string {
	if p.After != nil {
		w.add(after, p.After.Text, p.After.ID)
	}
	if p.Before != nil {
		w.add(before, p.Before.Text, p.Before.ID)
	}
	return w.sql()
}

func byName(p needmap.Page, forward, backward string) string {
	if p.Backward {
		return backward
	}
	return forward
}

// pagesPerGroup reads rows that begin with the number of their group.
func pagesPerGroup[T any](ctx context.Context, s *Store, statement string, args []any, groups int, p needmap.Page, scan func(*sqlx.Rows, ...any) (T, error)) ([][]T, []bool, error) {
	pages := make([][]T, groups)
	err := s.query(ctx, numbered(statement), args, func(rows *sqlx.Rows) error {
		var ord int
		v, err := scan(rows, &ord)
		if err == nil {
			pages[ord-1] = append(pages[ord-1], v)
		}
		return err
	})
	more := make([]bool, groups)
	for i := range pages {
		pages[i], more[i] = trimPage(pages[i], p)
	}
	return pages, more, err
}

func (s *Store) countsPerGroup(ctx context.Context, statement string, args []any, groups int) ([]int, error) {
	counts := make([]int, groups)
	err := s.query(ctx, numbered(statement), args, func(rows *sqlx.Rows) error {
		var ord, count int
		err := rows.Scan(&ord, &count)
		if err == nil {
			counts[ord-1] = count
		}
		return err
	})
	return counts, err
}

func scanOrganisation(rows *sqlx.Rows, before ...any) (*needmap.Organisation, error) {
	var o needmap.Organisation
	err := rows.Scan(append(before, &o.SortName, &o.ID, &o.ExternalID, &o.IsCooperative, &o.Slug, &o.Name, &o.PartnerKind,
		&o.FiscalCode, &o.Description, &o.MunicipalityID, &o.Volunteers, &o.Version, &o.IsSynthetic)...)
	return &o, err
}
