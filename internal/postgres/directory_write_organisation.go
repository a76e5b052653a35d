package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CreateOrganisation adds a cooperative, or a partner that it joins to
// cooperatives, and gives its key. A slug or fiscal code that another has is
// CONFLICT; a slug that is left out is made of the name.
func (s *Store) CreateOrganisation(ctx context.Context, w needmap.Write, o *needmap.Organisation, cooperativeIDs []int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		id, err := t.addOrganisation(ctx, o)
		if err != nil {
			return 0, err
		}
		if err := t.joinAll(ctx, id, cooperativeIDs); err != nil {
			return 0, err
		}
		return id, t.created(ctx, organisationObject(o), id)
	})
}

var errSlugTaken = needmap.Errorf(needmap.CodeConflict, "slug", "another organisation has this slug")

// addOrganisation tries again when another took the slug that it made.
func (t *writeTx) addOrganisation(ctx context.Context, o *needmap.Organisation) (id int, err error) {
	var slug *string
	if o.Slug != "" {
		slug = &o.Slug
	}
	args := []any{
		o.IsCooperative, slug, needmap.SlugOf(o.Name), o.Name, o.PartnerKind, o.FiscalCode, o.Description, o.MunicipalityID, o.Volunteers,
	}
	for {
		err = t.get(ctx, sqlOrganisationInsert, args, &id)
		switch {
		case err == nil || !errors.Is(err, sql.ErrNoRows):
			return id, err
		case slug != nil:
			return 0, errSlugTaken
		}
	}
}

// joinAll joins a new partner to cooperatives that all have to be there.
func (t *writeTx) joinAll(ctx context.Context, partnerID int, cooperativeIDs []int) error {
	if cooperativeIDs == nil {
		return nil
	}
	kept, err := t.cooperatives(ctx, cooperativeIDs)
	if err != nil {
		return err
	}
	if err := needmap.CheckCooperativesThere(cooperativeIDs, kept); err != nil {
		return err
	}
	return t.exec(ctx, sqlPartnershipsAdd, partnerID, pq.Array(cooperativeIDs))
}

// cooperatives gives those of some keys that are cooperatives, which stay until
// the transaction ends.
func (t *writeTx) cooperatives(ctx context.Context, ids []int) (map[int]bool, error) {
	kept := map[int]bool{}
	err := t.query(ctx, sqlCooperativesKept, []any{pq.Array(ids)}, func(rows *sqlx.Rows) error {
		var id int
		err := rows.Scan(&id)
		kept[id] = true
		return err
	})
	return kept, err
}

// UpdateOrganisation changes a cooperative or a partner. One that is not there is
// NOT_FOUND, another version than the caller knows CONFLICT.
func (s *Store) UpdateOrganisation(ctx context.Context, w needmap.Write, isCooperative bool, known needmap.Known, change func(*needmap.Organisation) error) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		o, err := t.lockOrganisationOf(ctx, known.ID, isCooperative)
		if err != nil {
			return 0, err
		}
		if err := known.Check(o.Version); err != nil {
			return 0, err
		}
		if err := change(o); err != nil {
			return 0, err
		}
		return o.ID, t.changed(ctx, organisationObject(o), o.ID, func() error {
			return t.exec(ctx, sqlOrganisationUpdate, o.ID, o.Name, o.PartnerKind, o.FiscalCode, o.Description, o.MunicipalityID, o.Volunteers)
		})
	})
}

// lockOrganisation reads an organisation and keeps others from changing or
// referring to it until the transaction ends.
func (t *writeTx) lockOrganisation(ctx context.Context, id int) (*needmap.Organisation, error) {
	var found *needmap.Organisation
	err := t.query(ctx, sqlOrganisationLock, []any{id}, func(rows *sqlx.Rows) (err error) {
		found, err = scanOrganisation(rows)
		return err
	})
	if err == nil && found == nil {
		err = needmap.NotFound("there is no such organisation")
	}
	return found, err
}

func (t *writeTx) lockOrganisationOf(ctx context.Context, id int, isCooperative bool) (*needmap.Organisation, error) {
	o, err := t.lockOrganisation(ctx, id)
	if err == nil && o.IsCooperative != isCooperative {
		err = needmap.NotFound("there is no such organisation")
	}
	return o, err
}

// DeleteOrganisation removes a cooperative or a partner with its operators and
// partnerships. It is CONFLICT while anything else refers to it, and while a
// partner has no other cooperative.
func (s *Store) DeleteOrganisation(ctx context.Context, w needmap.Write, isCooperative bool, id int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		o, err := t.lockOrganisationOf(ctx, id, isCooperative)
		if err != nil {
			return 0, err
		}
		partners, err := t.lockPartners(ctx, id)
		if err != nil {
			return 0, err
		}
		if err := t.unreferred(ctx, sqlOrganisationReferences, id); err != nil {
			return 0, err
		}
		for _, partner := range partners {
			if err := t.part(ctx, partner, id); err != nil {
				return 0, err
			}
		}
		return id, t.changed(ctx, organisationObject(o), id, func() error { return t.exec(ctx, sqlOrganisationDelete, id) })
	})
}

// lockPartners gives the partners of a cooperative.
func (t *writeTx) lockPartners(ctx context.Context, cooperativeID int) (ids []int, err error) {
	err = t.query(ctx, sqlPartnersLock, []any{cooperativeID}, func(rows *sqlx.Rows) error {
		var id int
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// part takes a partner from a cooperative.
func (t *writeTx) part(ctx context.Context, partnerID, cooperativeID int) error {
	return t.changed(ctx, partnerObject, partnerID, func() error {
		if err := t.exec(ctx, sqlPartnershipDelete, partnerID, cooperativeID); err != nil {
			return err
		}
		return t.exec(ctx, sqlOrganisationTouch, partnerID)
	})
}

// CreatePartnership joins a partner, which has to be there, to a cooperative. It
// is CONFLICT when they are joined already.
func (s *Store) CreatePartnership(ctx context.Context, w needmap.Write, partnerID, cooperativeID int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if _, err := t.lockOrganisationOf(ctx, partnerID, false); err != nil {
			return 0, err
		}
		kept, err := t.cooperatives(ctx, []int{cooperativeID})
		if err != nil {
			return 0, err
		}
		if !kept[cooperativeID] {
			return 0, needmap.Invalid("cooperative", "there is no such cooperative")
		}
		return partnerID, t.changed(ctx, partnerObject, partnerID, func() error {
			if err := t.exec(ctx, sqlPartnershipsAdd, partnerID, pq.Array([]int{cooperativeID})); err != nil {
				return err
			}
			return t.exec(ctx, sqlOrganisationTouch, partnerID)
		})
	})
}

// DeletePartnership parts a partner from a cooperative. It is CONFLICT when they
// are not joined, and when it is the partner's last one.
func (s *Store) DeletePartnership(ctx context.Context, w needmap.Write, partnerID, cooperativeID int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if _, err := t.lockOrganisationOf(ctx, partnerID, false); err != nil {
			return 0, err
		}
		var count int
		var joined bool
		if err := t.get(ctx, sqlPartnershipCount, []any{partnerID, cooperativeID}, &count, &joined); err != nil {
			return 0, err
		}
		if err := needmap.CheckParting(joined, count); err != nil {
			return 0, err
		}
		return partnerID, t.part(ctx, partnerID, cooperativeID)
	})
}

// SetSpecialists says how many operators of a specialisation an organisation has;
// 0 takes them away.
func (s *Store) SetSpecialists(ctx context.Context, w needmap.Write, organisationID, specialisationID, operators int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		o, err := t.lockOrganisation(ctx, organisationID)
		if err != nil {
			return 0, err
		}
		if err := t.there(ctx, sqlSpecialisationKept, specialisationID, errNoSpecialisation); err != nil {
			return 0, err
		}
		return o.ID, t.changed(ctx, organisationObject(o), o.ID, func() error {
			if err := t.setSpecialists(ctx, o.ID, specialisationID, operators); err != nil {
				return err
			}
			return t.exec(ctx, sqlOrganisationTouch, o.ID)
		})
	})
}

var errNoSpecialisation = needmap.Invalid("specialisation", "there is no such specialisation")

func (t *writeTx) setSpecialists(ctx context.Context, organisationID, specialisationID, operators int) error {
	if operators == 0 {
		return t.exec(ctx, sqlSpecialistsDelete, organisationID, specialisationID)
	}
	return t.exec(ctx, sqlSpecialistsSet, organisationID, specialisationID, operators)
}
