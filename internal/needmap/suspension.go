package needmap

import "errors"

// NewSuspension is a suspension as a caller states it.
type NewSuspension struct {
	ServiceID int
	Version   int // of the service, as the caller knows it
	From      Date
	To        *Date // nil while nobody knows
	Reason    string
	MarkNeeds bool // whether the needs that depended on the service become SUSPENDED_SERVICE
}

// Check refuses a reason that says nothing or too much: INVALID, naming reason.
func (s NewSuspension) Check() error {
	var blank error
	if isBlank(&s.Reason) {
		blank = Invalid("reason", "a suspension wants a reason in words")
	}
	return errors.Join(blank, CheckFreeText("reason", &s.Reason, MaxReasonRunes))
}

// Begin makes the suspension of a locked service, which becomes SUSPENDED.
// earlier are its suspensions so far; today is the day in Europe/Rome.
func (s NewSuspension) Begin(service *Service, earlier []*Suspension, today Date) (Suspension, error) {
	if service.Status != ServiceActive {
		return Suspension{}, Errorf(CodeConflict, "service", "the service is %s: only one that is ACTIVE is suspended", service.Status)
	}
	switch {
	case s.From > today:
		return Suspension{}, Invalid("from", "a suspension begins today, %s, or before, not on %s", today, s.From)
	case s.To != nil && *s.To < today:
		return Suspension{}, Invalid("to", "a suspension lasts until today, %s, at least: %s has passed", today, *s.To)
	}
	for _, e := range earlier {
		if (e.To == nil || *e.To >= s.From) && (s.To == nil || e.From <= *s.To) {
			return Suspension{}, Errorf(CodeConflict, "from", "the service was suspended from %s %s already", e.From, until(e.To))
		}
	}
	service.Status = ServiceSuspended
	return Suspension{ServiceID: service.ID, From: s.From, To: s.To, Reason: *trimmed(&s.Reason)}, nil
}

func until(day *Date) string {
	if day == nil {
		return "on"
	}
	return "to " + string(*day)
}

// Resumption is the end of a suspension as a caller states it.
type Resumption struct {
	ServiceID int
	Version   int   // of the service, as the caller knows it
	LastDay   *Date // without the service; nil for yesterday
}

// End makes a locked service ACTIVE again and ends its last suspension, which it
// gives: one without a key when the service has none. A suspension that ended by
// itself before today keeps its last day unless another is stated. list are the
// service's suspensions, newest first; today is the day in Europe/Rome.
func (r Resumption) End(service *Service, list []*Suspension, today Date) (Suspension, error) {
	if service.Status != ServiceSuspended {
		return Suspension{}, Errorf(CodeConflict, "service", "the service is %s: only one that is SUSPENDED is resumed", service.Status)
	}
	var last Suspension
	if len(list) > 0 {
		last = *list[0]
		day, err := r.lastDay(&last, today)
		if err != nil {
			return last, err
		}
		last.To = &day
	}
	service.Status = ServiceActive
	return last, nil
}

func (r Resumption) lastDay(s *Suspension, today Date) (Date, error) {
	switch {
	case r.LastDay == nil && s.To != nil && *s.To < today:
		return *s.To, nil
	case r.LastDay == nil:
		return max(s.From, today.before()), nil
	case *r.LastDay > today:
		return "", Invalid("lastDay", "the last day without the service is today, %s, or before, not %s", today, *r.LastDay)
	case *r.LastDay < s.From:
		return "", Invalid("lastDay", "the suspension began on %s, after %s", s.From, *r.LastDay)
	}
	return *r.LastDay, nil
}
