package graph

import (
	"context"
	"errors"
	"strconv"

	"github.com/innovainrete/needmap/internal/needmap"
)

// NeedWrites changes needs.
type NeedWrites interface {
	ReportNeeds(context.Context, needmap.Write, []*needmap.Need) ([]int64, error)
	ChangeNeed(context.Context, needmap.Write, needmap.NeedVersion, needmap.NeedChange) error
	MergeNeeds(context.Context, needmap.Write, needmap.Merge) ([]int64, error)
	UnmergeNeeds(context.Context, needmap.Write, needmap.Unmerge) ([]int64, error)
	Duplicates(context.Context, needmap.Access, []int64) (map[int64][]needmap.DuplicateCandidate, error)
}

// UpdateNeed changes what is known of a need.
func (r *mutationResolver) UpdateNeed(ctx context.Context, input UpdateNeedInput) (*UpdateNeedPayload, error) {
	need, errs, err := r.changeNeed(ctx, "updateNeed", input.ID, input.Version, input.IdempotencyKey,
		func(access needmap.Access) (needmap.NeedChange, error) { return r.update(ctx, access, input) })
	return &UpdateNeedPayload{Need: need, Errors: errs}, err
}

// ConfirmNeed confirms that an open need still stands.
func (r *mutationResolver) ConfirmNeed(ctx context.Context, input ConfirmNeedInput) (*ConfirmNeedPayload, error) {
	need, errs, err := r.changeNeed(ctx, "confirmNeed", input.ID, input.Version, input.IdempotencyKey,
		func(needmap.Access) (needmap.NeedChange, error) { return needmap.Confirm(r.Now()), nil })
	return &ConfirmNeedPayload{Need: need, Errors: errs}, err
}

// TransitionNeed moves a need to another status.
func (r *mutationResolver) TransitionNeed(ctx context.Context, input TransitionNeedInput) (*TransitionNeedPayload, error) {
	need, errs, err := r.changeNeed(ctx, "transitionNeed", input.ID, input.Version, input.IdempotencyKey,
		func(access needmap.Access) (needmap.NeedChange, error) {
			return access.Transition(input.To, input.ReasonCode, input.Reason), nil
		})
	return &TransitionNeedPayload{Need: need, Errors: errs}, err
}

// ReopenNeed opens a need that has ended.
func (r *mutationResolver) ReopenNeed(ctx context.Context, input ReopenNeedInput) (*ReopenNeedPayload, error) {
	need, errs, err := r.changeNeed(ctx, "reopenNeed", input.ID, input.Version, input.IdempotencyKey,
		func(access needmap.Access) (needmap.NeedChange, error) { return access.Reopen(input.Reason), nil })
	return &ReopenNeedPayload{Need: need, Errors: errs}, err
}

// changeNeed makes one change of a need and reads it as it is then.
func (r *mutationResolver) changeNeed(ctx context.Context, operation, id string, version int, key *string, change func(needmap.Access) (needmap.NeedChange, error)) (*Need, []*MutationError, error) {
	need, _, errs, err := r.writeAndRead(ctx, operation, key, func(w needmap.Write) ([]int64, error) {
		needID, err := needKey("id", id)
		if err != nil {
			return nil, err
		}
		step, err := change(w.Access)
		if err != nil {
			return nil, err
		}
		return []int64{needID}, r.Store.ChangeNeed(ctx, w, needmap.NeedVersion{ID: needID, Version: version}, step)
	})
	return need, errs, err
}

// writeAndRead writes needs and reads them as they are then: what the write was
// about, and the others.
func (r *mutationResolver) writeAndRead(ctx context.Context, operation string, key *string, write func(needmap.Write) ([]int64, error)) (*Need, []*Need, []*MutationError, error) {
	needs, err := func() ([]*Need, error) {
		w, err := r.writeNeeds(ctx, operation, key)
		if err != nil {
			return nil, err
		}
		ids, err := write(w)
		if err != nil {
			return nil, err
		}
		return r.writtenNeeds(ctx, ids)
	}()
	errs, err := mistakes(err)
	need, others := firstOf(needs)
	return need, others, errs, err
}

// update reads an update and what it is judged by.
func (r *mutationResolver) update(ctx context.Context, access needmap.Access, input UpdateNeedInput) (needmap.NeedChange, error) {
	reporter, reporterErr := optionalKey("reportedBy", input.ReportedBy, typeCooperative, typePartner)
	suspension, suspensionErr := optionalKey("suspension", input.Suspension, typeSuspension)
	if err := errors.Join(reporterErr, suspensionErr); err != nil {
		return nil, err
	}
	reporting, err := r.reporting(ctx, access, needmap.NeedReport{ReportedByID: reporter, SuspensionID: suspension})
	return reporting.Update(needmap.NeedUpdate{
		Municipality: input.Municipality, Point: pointOf(input.Point), LocationKind: input.LocationKind,
		Field: input.Field, Origin: input.Origin, Severity: input.Severity, People: input.People,
		MinimumAge: input.MinimumAge, MaximumAge: input.MaximumAge, Summary: input.Summary,
		ReportedByID: reporter, SuspensionID: suspension, Clear: input.Clear,
	}), err
}

// MergeNeeds merges duplicates into a need.
func (r *mutationResolver) MergeNeeds(ctx context.Context, input MergeNeedsInput) (*MergeNeedsPayload, error) {
	need, duplicates, errs, err := r.writeAndRead(ctx, "mergeNeeds", input.IdempotencyKey, func(w needmap.Write) ([]int64, error) {
		m, err := input.merge()
		if err != nil {
			return nil, err
		}
		return r.Store.MergeNeeds(ctx, w, m)
	})
	return &MergeNeedsPayload{Need: need, Duplicates: duplicates, Errors: errs}, err
}

func (input MergeNeedsInput) merge() (needmap.Merge, error) {
	into, err := needVersion("into", input.Into)
	m := needmap.Merge{Into: into, Reason: input.Reason}
	for i, d := range input.Duplicates {
		duplicate, wrong := needVersion("duplicates."+strconv.Itoa(i), d)
		m.Duplicates, err = append(m.Duplicates, duplicate), errors.Join(err, wrong)
	}
	if err == nil {
		err = m.Check()
	}
	return m, err
}

// UnmergeNeeds takes merges back.
func (r *mutationResolver) UnmergeNeeds(ctx context.Context, input UnmergeNeedsInput) (*UnmergeNeedsPayload, error) {
	need, duplicates, errs, err := r.writeAndRead(ctx, "unmergeNeeds", input.IdempotencyKey, func(w needmap.Write) ([]int64, error) {
		u, err := input.unmerge()
		if err != nil {
			return nil, err
		}
		return r.Store.UnmergeNeeds(ctx, w, u)
	})
	return &UnmergeNeedsPayload{Need: need, Duplicates: duplicates, Errors: errs}, err
}

func (input UnmergeNeedsInput) unmerge() (needmap.Unmerge, error) {
	from, err := needVersion("from", input.From)
	u := needmap.Unmerge{From: from}
	if input.Duplicates != nil {
		u.Duplicates = []int64{}
	}
	for i, d := range input.Duplicates {
		id, wrong := needKey("duplicates."+strconv.Itoa(i), d)
		u.Duplicates, err = append(u.Duplicates, id), errors.Join(err, wrong)
	}
	if err == nil {
		err = u.Check()
	}
	return u, err
}

func needVersion(field string, input *NeedVersionInput) (needmap.NeedVersion, error) {
	id, err := needKey(field+".id", input.ID)
	return needmap.NeedVersion{ID: id, Version: input.Version}, err
}

// writtenNeeds reads needs after a write, as peers of each other and in order.
// The first is what the write was about; of the others those are left out that
// the caller does not see any more.
func (r *Resolver) writtenNeeds(ctx context.Context, ids []int64) ([]*Need, error) {
	byID, err := r.needsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	needs := make([]*Need, 0, len(ids))
	for i, id := range ids {
		switch n := byID[id]; {
		case n != nil:
			needs = append(needs, n)
		case i == 0:
			return nil, needmap.NotFound("there is no such need, or you may not see it")
		}
	}
	return needs, nil
}

func firstOf(needs []*Need) (*Need, []*Need) {
	if len(needs) == 0 {
		return nil, []*Need{}
	}
	return needs[0], needs[1:]
}
