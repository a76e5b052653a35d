package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ResponseWrites changes responses and suspensions.
type ResponseWrites interface {
	RespondToNeed(context.Context, needmap.Write, needmap.Offer) (needmap.ResponseKeys, error)
	ChangeResponse(ctx context.Context, w needmap.Write, id int64, version int, change needmap.ResponseChange) (needmap.ResponseKeys, error)
	SuspendService(context.Context, needmap.Write, needmap.NewSuspension) (suspensionID int, err error)
	ResumeService(context.Context, needmap.Write, needmap.Resumption) (suspensionID int, err error)
	NeedsOfService(context.Context, needmap.Access, int) ([]*needmap.Need, int, error)
	NeedsOfSuspension(context.Context, needmap.Access, int) ([]*needmap.Need, int, error)
}

// RespondToNeed offers to answer people of a need.
func (r *mutationResolver) RespondToNeed(ctx context.Context, input RespondToNeedInput) (*RespondToNeedPayload, error) {
	w, err := r.writeNeeds(ctx, "respondToNeed", input.IdempotencyKey)
	if err != nil {
		return respondedWith(answered{}, err)
	}
	offer, err := readOffer(input)
	if err != nil {
		return respondedWith(answered{}, err)
	}
	keys, err := r.Store.RespondToNeed(ctx, w, offer)
	return respondedWith(r.answered(ctx, w.Access, keys, err))
}

func respondedWith(a answered, err error) (*RespondToNeedPayload, error) {
	errors, err := mistakes(err)
	return &RespondToNeedPayload{Response: a.response, Need: a.need, Errors: errors}, err
}

// readOffer reads the parts of an offer and checks what can be checked alone.
func readOffer(input RespondToNeedInput) (needmap.Offer, error) {
	o := needmap.Offer{NeedVersion: input.Version, People: input.People}
	var err error
	if o.NeedID, err = needKey("needId", input.NeedID); err != nil {
		return o, err
	}
	if o.OrganisationID, err = optionalKey("organisation", input.Organisation, typeCooperative, typePartner); err != nil {
		return o, err
	}
	if o.ServiceID, err = optionalKey("service", input.Service, typeService); err != nil {
		return o, err
	}
	return o, o.Check()
}

// AcceptResponse agrees to an offer.
func (r *mutationResolver) AcceptResponse(ctx context.Context, input AcceptResponseInput) (*AcceptResponsePayload, error) {
	a, err := r.changeResponse(ctx, "acceptResponse", input.ID, input.Version, input.IdempotencyKey, needmap.Accept(input.People))
	errors, err := mistakes(err)
	return &AcceptResponsePayload{Response: a.response, Need: a.need, Errors: errors}, err
}

// DeclineResponse turns an offer down or ends an agreement.
func (r *mutationResolver) DeclineResponse(ctx context.Context, input DeclineResponseInput) (*DeclineResponsePayload, error) {
	change := needmap.Decline(input.ReasonCode, input.Reason)
	a, err := r.changeResponse(ctx, "declineResponse", input.ID, input.Version, input.IdempotencyKey, change)
	errors, err := mistakes(err)
	return &DeclineResponsePayload{Response: a.response, Need: a.need, Errors: errors}, err
}

// DeliverResponse records that people were answered.
func (r *mutationResolver) DeliverResponse(ctx context.Context, input DeliverResponseInput) (*DeliverResponsePayload, error) {
	a, err := r.changeResponse(ctx, "deliverResponse", input.ID, input.Version, input.IdempotencyKey, needmap.Deliver(input.People))
	errors, err := mistakes(err)
	return &DeliverResponsePayload{Response: a.response, Remaining: a.rest, Need: a.need, Errors: errors}, err
}

// changeResponse takes a step with a response for a caller who may write.
func (r *mutationResolver) changeResponse(ctx context.Context, operation, id string, version int, key *string, change needmap.ResponseChange) (answered, error) {
	w, err := r.writeNeeds(ctx, operation, key)
	if err != nil {
		return answered{}, err
	}
	number, err := keyOf("id", id, 64, typeResponse)
	if err != nil {
		return answered{}, err
	}
	keys, err := r.Store.ChangeResponse(ctx, w, number, version, change)
	return r.answered(ctx, w.Access, keys, err)
}

// answered is what a write of responses left: nil where the caller may not see
// it any more.
type answered struct {
	response, rest *Response
	need           *Need
}

// answered reads what a write that may have failed left.
func (r *mutationResolver) answered(ctx context.Context, access needmap.Access, keys needmap.ResponseKeys, err error) (answered, error) {
	if err != nil {
		return answered{}, err
	}
	ids := []int64{keys.ResponseID}
	if keys.RestID != nil {
		ids = append(ids, *keys.RestID)
	}
	list, err := r.Store.ResponsesByID(ctx, access, ids)
	if err != nil {
		return answered{}, err
	}
	responses := indexResponses(list)
	needs, err := r.needsByID(ctx, []int64{keys.NeedID})
	a := answered{response: responses[keys.ResponseID], need: needs[keys.NeedID]}
	if keys.RestID != nil {
		a.rest = responses[*keys.RestID]
	}
	return a, err
}
