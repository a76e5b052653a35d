package graph

import (
	"context"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// CoverageViews hand needs and services in memory to who measures them: as they
// are, and as they stood at an earlier moment.
type CoverageViews interface {
	ViewNeeds(ctx context.Context, c needmap.NeedCriteria, read func(coverage.View) error) error
	PastView(ctx context.Context, c needmap.NeedCriteria, at, since time.Time, read func(coverage.View) error) error
	ExactPlaces(ctx context.Context, needIDs []int64) ([]int64, error)
	TallyNeedsAt(ctx context.Context, c needmap.NeedCriteria, at time.Time) ([]needmap.LocalTally, error)
	Trend(ctx context.Context, c needmap.NeedCriteria, municipalityIDs []int, periods []coverage.Period) (*coverage.Trend, error)
}

// Coverage answers where help is missing, why, and how sure that is.
func (r *queryResolver) Coverage(ctx context.Context, filter *needmap.NeedFilter, level needmap.TerritoryLevel, orderBy *coverage.Order, period *PeriodInput, whatIf *ScenarioInput, asOf *time.Time) (*Coverage, error) {
	q, err := r.coverageQuestion(ctx, filter, "level", level, asOf)
	if err != nil {
		return nil, err
	}
	if orderBy != nil {
		if q.Order, err = needmap.ParseEnum("orderBy", string(*orderBy), coverage.Orders); err != nil {
			return nil, err
		}
	}
	if q.Period, err = periodOf(period, q.Now); err != nil {
		return nil, err
	}
	if q.Scenario, err = r.scenario(q.Atlas, whatIf); err != nil {
		return nil, err
	}
	q.Want = coverage.Want{
		Distances: selectsDeep(ctx, "distance", "medianMetres"), NeedDays: selectsDeep(ctx, "needDays"),
		Ranks: selectsDeep(ctx, "rank"), Placing: selectsDeep(ctx, "placing"),
	}
	var answer *coverage.Answer
	read := func(v coverage.View) error {
		answer, err = q.Answer(v)
		return err
	}
	if asOf != nil {
		err = r.Store.PastView(ctx, q.Criteria, *asOf, q.Since(), read)
	} else {
		err = r.Store.ViewNeeds(ctx, q.Criteria, read)
	}
	if err != nil {
		return nil, err
	}
	if err := r.distancesRead(ctx, q.Criteria, answer.Told); err != nil {
		return nil, err
	}
	q.Finish(answer)
	return newCoverage(q, answer), nil
}

// distancesRead notes the needs whose exact places the distances of a report tell:
// those of few needs, which a service at a place of one's choice turns into the place.
func (r *queryResolver) distancesRead(ctx context.Context, c needmap.NeedCriteria, keys []int64) error {
	if c.Cells || len(keys) == 0 {
		return nil
	}
	exact, err := r.Store.ExactPlaces(ctx, keys)
	placesRead(ctx, exact...)
	return err
}

// coverageQuestion checks what all reports have in common; levelName is the argument
// that names the level.
func (r *queryResolver) coverageQuestion(ctx context.Context, filter *needmap.NeedFilter, levelName string, level needmap.TerritoryLevel, asOf *time.Time) (coverage.Question, error) {
	q := coverage.Question{Atlas: r.atlas(), Level: level, Order: coverage.ByArea, Now: r.Now()}
	criteria, err := needmap.ViewerFrom(ctx).NeedCriteria(filter, q.Atlas)
	if err != nil {
		return q, err
	}
	q.Criteria = criteria
	if _, err := needmap.ParseEnum(levelName, string(level), needmap.TerritoryLevels); err != nil {
		return q, err
	}
	if asOf != nil {
		q.Now = *asOf
	}
	return q, checkAsOf(asOf, r.Now())
}

// fieldQuestion is coverageQuestion about the needs of one field, as they are.
func (r *queryResolver) fieldQuestion(ctx context.Context, filter *needmap.NeedFilter, field needmap.Field, level needmap.TerritoryLevel) (coverage.Question, error) {
	if _, err := needmap.ParseEnum("field", string(field), needmap.Fields); err != nil {
		return coverage.Question{}, err
	}
	q, err := r.coverageQuestion(ctx, filter, "level", level, nil)
	q.Criteria = q.Criteria.OfField(field)
	return q, err
}

// checkAsOf refuses a moment that is yet to come, or before all history.
func checkAsOf(asOf *time.Time, now time.Time) error {
	if asOf == nil {
		return nil
	}
	return coverage.CheckMoment("asOf", *asOf, now)
}

// periodOf reads a period of days; the 365 days up to now, if there is none.
func periodOf(p *PeriodInput, now time.Time) (coverage.Period, error) {
	if p == nil {
		return coverage.LastYear(now), nil
	}
	return coverage.PeriodOf("period", p.From, p.To, now)
}

// scenario reads a change of services in thought; nil for none.
func (r *queryResolver) scenario(atlas *needmap.Atlas, in *ScenarioInput) (*coverage.Scenario, error) {
	if in == nil {
		return nil, nil
	}
	if n := len(in.Close) + len(in.Suspend) + len(in.Reopen) + len(in.Add); n > coverage.MaxScenario {
		return nil, needmap.Invalid("whatIf", "a scenario holds at most %d changes, not %d", coverage.MaxScenario, n)
	}
	var s coverage.Scenario
	for _, part := range []struct {
		ids  []string
		keys *[]int
	}{{in.Close, &s.Close}, {in.Suspend, &s.Suspend}, {in.Reopen, &s.Reopen}} {
		for _, id := range part.ids {
			key, err := smallKey("whatIf", id, typeService)
			if err != nil {
				return nil, err
			}
			*part.keys = append(*part.keys, key)
		}
	}
	for _, added := range in.Add {
		service, err := hypothetical(atlas, added)
		if err != nil {
			return nil, err
		}
		s.Add = append(s.Add, service)
	}
	return &s, nil
}

// hypothetical reads a service that there would be.
func hypothetical(atlas *needmap.Atlas, in *HypotheticalServiceInput) (coverage.Service, error) {
	s := coverage.Service{
		Name: "whatIf", Field: in.Field, Capacity: in.Capacity, MinimumAge: in.MinimumAge, MaximumAge: in.MaximumAge,
		CatchmentMetres: in.CatchmentMetres,
	}
	if s.Place = pointOf(in.Point); s.Place != nil {
		if err := needmap.CheckPoint("whatIf", s.Place[0], s.Place[1]); err != nil {
			return s, err
		}
	}
	ids, err := atlas.LeavesOf("whatIf", in.Municipalities)
	if err != nil {
		return s, err
	}
	s.MunicipalityIDs = ids
	return s, s.CheckHypothetical()
}
