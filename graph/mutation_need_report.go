package graph

import (
	"context"
	"errors"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ReportNeed reports a need.
func (r *mutationResolver) ReportNeed(ctx context.Context, input ReportNeedInput) (*ReportNeedPayload, error) {
	reported, err := r.reportNeed(ctx, input)
	errs, err := mistakes(err)
	payload := &ReportNeedPayload{Duplicates: []*DuplicateCandidate{}, Errors: errs}
	for _, n := range reported {
		payload.Need, payload.Duplicates = n.Need, n.Duplicates
	}
	return payload, err
}

func (r *mutationResolver) reportNeed(ctx context.Context, input ReportNeedInput) ([]*ReportedNeed, error) {
	w, err := r.writeNeeds(ctx, "reportNeed", input.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	report, err := newReport(&input)
	if err != nil {
		return nil, err
	}
	reporting, err := r.reporting(ctx, w.Access, report)
	if err != nil {
		return nil, err
	}
	need, err := reporting.Need(report)
	if err != nil {
		return nil, err
	}
	return r.report(ctx, w, []*needmap.Need{need}, selects(ctx, "duplicates"))
}

// ReportNeeds reports many needs, all of them or none.
func (r *mutationResolver) ReportNeeds(ctx context.Context, input ReportNeedsInput) (*ReportNeedsPayload, error) {
	reported, err := r.reportNeeds(ctx, input)
	errs, err := mistakes(err)
	return &ReportNeedsPayload{Reported: orEmpty(reported), Errors: errs}, err
}

func (r *mutationResolver) reportNeeds(ctx context.Context, input ReportNeedsInput) ([]*ReportedNeed, error) {
	w, err := r.writeNeeds(ctx, "reportNeeds", input.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	if err := needmap.CheckReports(len(input.Needs)); err != nil {
		return nil, err
	}
	reports, err := newReports(input.Needs)
	if err != nil {
		return nil, err
	}
	reporting, err := r.reporting(ctx, w.Access, reports...)
	if err != nil {
		return nil, err
	}
	needs, err := reporting.Needs(reports)
	if err := errors.Join(checkKeys(input.Needs), err); err != nil {
		return nil, err
	}
	return r.report(ctx, w, needs, selectsUnder(ctx, "reported", "duplicates"))
}

func newReports(inputs []*ReportNeedInput) ([]needmap.NeedReport, error) {
	reports := make([]needmap.NeedReport, len(inputs))
	var wrong []error
	for i, input := range inputs {
		var err error
		reports[i], err = newReport(input)
		wrong = append(wrong, needmap.InRow("needs", i, err))
	}
	return reports, errors.Join(wrong...)
}

func checkKeys(inputs []*ReportNeedInput) error {
	var wrong []error
	for i, input := range inputs {
		if input.IdempotencyKey != nil {
			wrong = append(wrong, needmap.InRow("needs", i, needmap.Invalid("idempotencyKey", "a row has no key of its own: the list has one")))
		}
	}
	return errors.Join(wrong...)
}

func newReport(input *ReportNeedInput) (needmap.NeedReport, error) {
	reporter, reporterErr := optionalKey("reportedBy", input.ReportedBy, typeCooperative, typePartner)
	suspension, suspensionErr := optionalKey("suspension", input.Suspension, typeSuspension)
	return needmap.NeedReport{
		Municipality: input.Municipality, Point: pointOf(input.Point), LocationKind: input.LocationKind,
		Field: input.Field, Origin: input.Origin, Severity: input.Severity, People: input.People,
		MinimumAge: input.MinimumAge, MaximumAge: input.MaximumAge, Summary: input.Summary,
		ReportedAt: input.ReportedAt, ReportedByID: reporter, SuspensionID: suspension,
	}, errors.Join(reporterErr, suspensionErr)
}

func pointOf(input *PointInput) *orb.Point {
	if input == nil {
		return nil
	}
	return &orb.Point{input.Longitude, input.Latitude}
}

// reporting gives what reports are judged by, with those of the suspensions and
// organisations that they name that exist.
func (r *Resolver) reporting(ctx context.Context, access needmap.Access, reports ...needmap.NeedReport) (needmap.Reporting, error) {
	atlas, registry := r.Territory.Snapshot()
	reporting := needmap.Reporting{
		Access: access, Atlas: atlas, Now: r.Now(), Suspensions: map[int]bool{}, Reporters: map[int]bool{},
		Place: func(p orb.Point) (*needmap.Municipality, bool) {
			code, ok := registry.Locate(p)
			if !ok {
				return nil, false
			}
			return atlas.ByCode(code)
		},
	}
	if ids := keysOf(reports, func(n needmap.NeedReport) *int { return n.SuspensionID }); len(ids) > 0 {
		list, err := r.Store.SuspensionsByID(ctx, ids)
		if err != nil {
			return reporting, err
		}
		for _, s := range list {
			reporting.Suspensions[s.ID] = true
		}
	}
	if ids := keysOf(reports, func(n needmap.NeedReport) *int { return n.ReportedByID }); len(ids) > 0 {
		list, err := r.Store.OrganisationsByID(ctx, ids)
		if err != nil {
			return reporting, err
		}
		for _, o := range list {
			reporting.Reporters[o.ID] = true
		}
	}
	return reporting, nil
}

// report stores needs and reads them again, with likely duplicates if wanted.
// Needs of one request may be duplicates of each other.
func (r *mutationResolver) report(ctx context.Context, w needmap.Write, needs []*needmap.Need, wantDuplicates bool) ([]*ReportedNeed, error) {
	ids, err := r.Store.ReportNeeds(ctx, w, needs)
	if err != nil {
		return nil, err
	}
	duplicates := map[int64][]needmap.DuplicateCandidate{}
	if wantDuplicates {
		if duplicates, err = r.Store.Duplicates(ctx, w.Access, ids); err != nil {
			return nil, err
		}
	}
	all := append([]int64{}, ids...)
	for _, list := range duplicates {
		for _, c := range list {
			all = append(all, c.NeedID)
		}
	}
	byID, err := r.needsByID(ctx, all)
	if err != nil {
		return nil, err
	}
	reported := make([]*ReportedNeed, len(ids))
	for i, id := range ids {
		if byID[id] == nil {
			return nil, needmap.NotFound("the need was reported, but you may not see it any more")
		}
		reported[i] = &ReportedNeed{Need: byID[id], Duplicates: newCandidates(ctx, duplicates[id], byID)}
	}
	return reported, nil
}

// newCandidates pairs candidates with their needs. A distance from a point that
// the caller chose tells of the place, so it counts as a reading of it.
func newCandidates(ctx context.Context, list []needmap.DuplicateCandidate, byID map[int64]*Need) []*DuplicateCandidate {
	candidates := []*DuplicateCandidate{}
	for _, c := range list {
		if n := byID[c.NeedID]; n != nil {
			candidate := &DuplicateCandidate{Need: n, Score: c.Score, Days: c.Days, Wording: c.Wording}
			if c.DistanceMetres != nil {
				notePlaces(ctx, []*Need{n})
				metres := int(math.Round(*c.DistanceMetres))
				candidate.DistanceMetres = &metres
			}
			candidates = append(candidates, candidate)
		}
	}
	return candidates
}

// selectsUnder reports whether a field under a field of the answer is wanted.
func selectsUnder(ctx context.Context, outer, inner string) bool {
	for _, field := range graphql.CollectFieldsCtx(ctx, nil) {
		if field.Name != outer {
			continue
		}
		for _, sub := range graphql.CollectFields(graphql.GetOperationContext(ctx), field.Selections, nil) {
			if sub.Name == inner {
				return true
			}
		}
	}
	return false
}
