package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/innovainrete/needmap/internal/needmap"
)

// OrganisationWrites changes cooperatives and partners, and what joins them.
type OrganisationWrites interface {
	CreateOrganisation(ctx context.Context, w needmap.Write, o *needmap.Organisation, cooperativeIDs []int) (int, error)
	UpdateOrganisation(ctx context.Context, w needmap.Write, isCooperative bool, known needmap.Known, change func(*needmap.Organisation) error) (int, error)
	DeleteOrganisation(ctx context.Context, w needmap.Write, isCooperative bool, id int) (int, error)
	CreatePartnership(ctx context.Context, w needmap.Write, partnerID, cooperativeID int) (int, error)
	DeletePartnership(ctx context.Context, w needmap.Write, partnerID, cooperativeID int) (int, error)
	SetSpecialists(ctx context.Context, w needmap.Write, organisationID, specialisationID, operators int) (int, error)
}

// CreateCooperative adds a cooperative.
func (r *mutationResolver) CreateCooperative(ctx context.Context, input CreateCooperativeInput) (*CooperativePayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "createCooperative", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		o, err := needmap.OrganisationValues{
			Name: &input.Name, FiscalCode: input.FiscalCode, Description: input.Description,
			Municipality: input.Municipality, Volunteers: &input.Volunteers,
		}.New(input.Slug, r.atlas())
		if err != nil {
			return 0, err
		}
		return r.Store.CreateOrganisation(ctx, w, o, nil)
	}, r.cooperativeByID)
	return &CooperativePayload{Cooperative: found, Errors: mendable}, err
}

// UpdateCooperative changes a cooperative.
func (r *mutationResolver) UpdateCooperative(ctx context.Context, input UpdateCooperativeInput) (*CooperativePayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "updateCooperative", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		known, err := known(input.ID, input.Version, typeCooperative)
		if err != nil {
			return 0, err
		}
		return r.Store.UpdateOrganisation(ctx, w, true, known, needmap.OrganisationValues{
			Name: input.Name, FiscalCode: input.FiscalCode, Description: input.Description,
			Municipality: input.Municipality, Volunteers: input.Volunteers, Clear: input.Clear,
		}.Change(r.atlas()))
	}, r.cooperativeByID)
	return &CooperativePayload{Cooperative: found, Errors: mendable}, err
}

// DeleteCooperative removes a cooperative that nothing refers to.
func (r *mutationResolver) DeleteCooperative(ctx context.Context, input DeleteInput) (*DeletePayload, error) {
	return directoryDelete(ctx, r.Resolver, "deleteCooperative", input, typeCooperative, func(w needmap.Write, id int) (int, error) {
		return r.Store.DeleteOrganisation(ctx, w, true, id)
	})
}

// CreatePartner adds a partner, joined to cooperatives.
func (r *mutationResolver) CreatePartner(ctx context.Context, input CreatePartnerInput) (*PartnerPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "createPartner", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		cooperatives, wrongIDs := smallKeys("cooperatives", input.Cooperatives, typeCooperative)
		o, err := needmap.OrganisationValues{
			Name: &input.Name, Kind: &input.Kind, FiscalCode: input.FiscalCode, Description: input.Description,
			Municipality: input.Municipality, Volunteers: &input.Volunteers,
		}.New(input.Slug, r.atlas())
		if wrongIDs == nil {
			wrongIDs = needmap.CheckCooperatives(cooperatives)
		}
		if err := errors.Join(err, wrongIDs); err != nil {
			return 0, err
		}
		return r.Store.CreateOrganisation(ctx, w, o, cooperatives)
	}, r.partnerByID)
	return &PartnerPayload{Partner: found, Errors: mendable}, err
}

// UpdatePartner changes a partner.
func (r *mutationResolver) UpdatePartner(ctx context.Context, input UpdatePartnerInput) (*PartnerPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "updatePartner", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		known, err := known(input.ID, input.Version, typePartner)
		if err != nil {
			return 0, err
		}
		return r.Store.UpdateOrganisation(ctx, w, false, known, needmap.OrganisationValues{
			Name: input.Name, Kind: input.Kind, FiscalCode: input.FiscalCode, Description: input.Description,
			Municipality: input.Municipality, Volunteers: input.Volunteers, Clear: input.Clear,
		}.Change(r.atlas()))
	}, r.partnerByID)
	return &PartnerPayload{Partner: found, Errors: mendable}, err
}

// DeletePartner removes a partner that nothing refers to.
func (r *mutationResolver) DeletePartner(ctx context.Context, input DeleteInput) (*DeletePayload, error) {
	return directoryDelete(ctx, r.Resolver, "deletePartner", input, typePartner, func(w needmap.Write, id int) (int, error) {
		return r.Store.DeleteOrganisation(ctx, w, false, id)
	})
}

// CreatePartnership joins a partner to a cooperative.
func (r *mutationResolver) CreatePartnership(ctx context.Context, input PartnershipInput) (*PartnerPayload, error) {
	return r.partnership(ctx, "createPartnership", input, r.Store.CreatePartnership)
}

// DeletePartnership parts a partner from a cooperative.
func (r *mutationResolver) DeletePartnership(ctx context.Context, input PartnershipInput) (*PartnerPayload, error) {
	return r.partnership(ctx, "deletePartnership", input, r.Store.DeletePartnership)
}

func (r *mutationResolver) partnership(ctx context.Context, operation string, input PartnershipInput, write func(context.Context, needmap.Write, int, int) (int, error)) (*PartnerPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, operation, input.IdempotencyKey, func(w needmap.Write) (int, error) {
		partner, wrong := smallKey("partner", input.Partner, typePartner)
		cooperative, err := smallKey("cooperative", input.Cooperative, typeCooperative)
		if err := errors.Join(wrong, err); err != nil {
			return 0, err
		}
		return write(ctx, w, partner, cooperative)
	}, r.partnerByID)
	return &PartnerPayload{Partner: found, Errors: mendable}, err
}

// SetSpecialists says how many operators of a specialisation an organisation has.
func (r *mutationResolver) SetSpecialists(ctx context.Context, input SetSpecialistsInput) (*SpecialistsPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "setSpecialists", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		organisation, wrong := smallKey("organisation", input.Organisation, typeCooperative, typePartner)
		specialisation, err := smallKey("specialisation", input.Specialisation, typeSpecialisation)
		if err := errors.Join(wrong, err, needmap.CheckOperators(input.Operators)); err != nil {
			return 0, err
		}
		return r.Store.SetSpecialists(ctx, w, organisation, specialisation, input.Operators)
	}, r.organisationByID)
	return &SpecialistsPayload{Organisation: found, Errors: mendable}, err
}

// organisationByID reads an organisation that was written.
func (r *Resolver) organisationByID(ctx context.Context, id int) (Organisation, error) {
	list, err := r.Store.OrganisationsByID(ctx, []int{id})
	if err == nil && len(list) == 0 {
		err = errWrittenGone
	}
	return newOrganisations(list)[id], err
}

func (r *Resolver) cooperativeByID(ctx context.Context, id int) (*Cooperative, error) {
	found, err := r.organisationByID(ctx, id)
	c, _ := found.(*Cooperative)
	return c, err
}

func (r *Resolver) partnerByID(ctx context.Context, id int) (*Partner, error) {
	found, err := r.organisationByID(ctx, id)
	p, _ := found.(*Partner)
	return p, err
}

// smallKeys is smallKey for a list, whose entries it names.
func smallKeys(field string, ids []string, types ...string) ([]int, error) {
	keys := make([]int, len(ids))
	for i, id := range ids {
		var err error
		if keys[i], err = smallKey(fmt.Sprintf("%s.%d", field, i), id, types...); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
