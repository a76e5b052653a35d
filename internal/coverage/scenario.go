package coverage

import (
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Scenario is a change of the services that nobody makes: what if.
type Scenario struct {
	Close, Suspend, Reopen []int     // services by key
	Add                    []Service // their keys are given here
}

// MaxScenario is how many changes a scenario may hold.
const MaxScenario = 100

// CheckHypothetical refuses a service that there can't be, or that nobody could
// reach: INVALID, naming whatIf.
func (s *Service) CheckHypothetical() error {
	invalid := func(format string, args ...any) error {
		return needmap.Invalid("whatIf", "an added service "+format, args...)
	}
	switch {
	case !slices.Contains(needmap.Fields, s.Field):
		return invalid("has the field %q, which is not one of %v", s.Field, needmap.Fields)
	case s.Capacity < 1 || s.Capacity > needmap.MaxPeople:
		return invalid("serves 1 to %d people, not %d", needmap.MaxPeople, s.Capacity)
	case s.CatchmentMetres != nil && (*s.CatchmentMetres < 1 || *s.CatchmentMetres > MaxReachMetres):
		return invalid("has a catchment of 1 to %d metres, not %d", MaxReachMetres, *s.CatchmentMetres)
	case s.CatchmentMetres != nil && s.Place == nil:
		return invalid("has a catchment and no point for it")
	case len(s.MunicipalityIDs) == 0 && s.CatchmentMetres == nil:
		return invalid("names municipalities, or has a point with a catchment: else nobody reaches it")
	}
	for _, age := range []*int{s.MinimumAge, s.MaximumAge} {
		if age != nil && (*age < 0 || *age > needmap.MaxAge) {
			return invalid("serves ages from 0 to %d, not %d", needmap.MaxAge, *age)
		}
	}
	if s.MinimumAge != nil && s.MaximumAge != nil && *s.MinimumAge > *s.MaximumAge {
		return invalid("has the youngest age %d above the oldest %d", *s.MinimumAge, *s.MaximumAge)
	}
	return nil
}

// Check refuses a scenario that can't be: INVALID, naming whatIf, for a service that
// is not there, that is named twice, or whose state has it that way already.
func (c Scenario) Check(services []Service) error {
	if n := len(c.Close) + len(c.Suspend) + len(c.Reopen) + len(c.Add); n > MaxScenario {
		return needmap.Invalid("whatIf", "a scenario holds at most %d changes, not %d", MaxScenario, n)
	}
	byID := make(map[int]*Service, len(services))
	for i := range services {
		byID[services[i].ID] = &services[i]
	}
	seen := map[int]bool{}
	for _, part := range []struct {
		keys []int
		to   needmap.ServiceStatus
	}{{c.Close, needmap.ServiceClosed}, {c.Suspend, needmap.ServiceSuspended}, {c.Reopen, needmap.ServiceActive}} {
		for _, id := range part.keys {
			s := byID[id]
			switch {
			case s == nil:
				return needmap.Invalid("whatIf", "there is no such service")
			case seen[id]:
				return needmap.Invalid("whatIf", "the service %q is named twice", s.Name)
			case s.Status == part.to:
				return needmap.Invalid("whatIf", "the service %q is %s already", s.Name, s.Status)
			case part.to == needmap.ServiceSuspended && s.Status != needmap.ServiceActive:
				return needmap.Invalid("whatIf", "the service %q is %s: only one that is ACTIVE can be suspended", s.Name, s.Status)
			}
			seen[id] = true
		}
	}
	return nil
}

// Apply gives the services as they would be. What a closed or suspended service
// holds stays with the needs that it was promised to: the promise is not withdrawn
// by asking. Keys of added services are negative.
func (c Scenario) Apply(services []Service) []Service {
	list := slices.Clone(services)
	for i := range list {
		switch id := list[i].ID; {
		case slices.Contains(c.Close, id):
			list[i].Status = needmap.ServiceClosed
		case slices.Contains(c.Suspend, id):
			list[i].Status = needmap.ServiceSuspended
		case slices.Contains(c.Reopen, id):
			list[i].Status = needmap.ServiceActive
		}
	}
	for i, s := range c.Add {
		s.ID, s.Status, s.Held = -1-i, needmap.ServiceActive, 0
		list = append(list, s)
	}
	return list
}

// Under gives the same needs under another supply. What was judged before stays on
// the board; the open needs under the filter are judged anew, on the side.
func (v View) Under(s *Supply) View {
	side := *v.board
	side.open = slices.Clone(v.board.open)
	mode := modeOf(v.cells)
	for i := range side.open {
		o := &side.open[i]
		f := side.facts[o.need]
		if o.judged[mode].sign != s.fields[f.field].sign && v.filter.holds(side.ids[o.need], f) {
			o.judged[mode] = s.judge(side.claim(o), o, v.cells)
		}
	}
	v.board, v.supply = &side, s
	return v
}
