package demo

import (
	"math/rand/v2"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// step is a change of status in the life of a need.
type step struct {
	to     needmap.NeedStatus
	at     time.Time
	reason string
}

// answer is a response before it is tied to its need.
type answer struct {
	people            int
	status            needmap.ResponseStatus
	reason            string
	proposed, updated time.Time
	organisationID    int
	serviceID         *int
}

// ways are the roads to each status. Some statuses have more than one.
var ways = map[needmap.NeedStatus][][]needmap.NeedStatus{
	needmap.StatusReported:   {{}},
	needmap.StatusVerified:   {{needmap.StatusVerified}},
	needmap.StatusAssigned:   {{needmap.StatusVerified, needmap.StatusAssigned}},
	needmap.StatusInProgress: {{needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusInProgress}},
	needmap.StatusMet:        {{needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusInProgress, needmap.StatusMet}},
	needmap.StatusClosed: {
		{needmap.StatusVerified, needmap.StatusClosed},
		{needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusClosed},
	},
	needmap.StatusRejected: {{needmap.StatusRejected}, {needmap.StatusVerified, needmap.StatusRejected}},
}

// meanDays is how long a need waits for each status.
var meanDays = map[needmap.NeedStatus]float64{
	needmap.StatusVerified: 5, needmap.StatusAssigned: 14, needmap.StatusInProgress: 9,
	needmap.StatusMet: 70, needmap.StatusClosed: 45, needmap.StatusRejected: 7,
}

var endReasons = map[needmap.NeedStatus][]string{
	needmap.StatusClosed: {
		"La famiglia si è trasferita fuori dal territorio", "La richiesta è stata ritirata",
		"Difficoltà superata senza l'intervento della rete",
	},
	needmap.StatusRejected: {
		"Segnalazione doppia", "Fuori dagli ambiti della rete", "Informazioni insufficienti",
	},
}

var declineReasons = []string{
	"Posti esauriti", "Personale non disponibile", "La persona non rientra nell'età prevista", "Zona non coperta dal servizio",
}

// statusByAge gives the running odds of each status, in the order of
// needmap.NeedStatuses, for needs up to an age in days.
var statusByAge = []struct {
	days int
	odds []float64
}{
	{30, []float64{0.46, 0.76, 0.88, 0.96, 0.98, 0.98, 1}},
	{180, []float64{0.16, 0.38, 0.53, 0.73, 0.92, 0.96, 1}},
	{730, []float64{0.06, 0.16, 0.22, 0.36, 0.84, 0.94, 1}},
	{36500, []float64{0.02, 0.06, 0.08, 0.14, 0.79, 0.94, 1}},
}

// live tells what became of a need from its report until now.
func (n *Needs) live(s *story) {
	need := &s.need
	age := int(now.Sub(need.ReportedAt).Hours() / 24)
	for _, a := range statusByAge {
		if age < a.days {
			need.Status = needmap.NeedStatuses[draw(s.r, a.odds)]
			break
		}
	}
	s.steps = walk(s.r, pick(s.r, ways[need.Status]), need.ReportedAt)
	s.confirm()
	n.answer(s)
}

// walk dates the steps of a way, hurried so that the last comes before now.
func walk(r *rand.Rand, way []needmap.NeedStatus, from time.Time) []step {
	waits := make([]float64, len(way))
	total := 0.0
	for i, status := range way {
		waits[i] = meanDays[status] * (0.1 + r.ExpFloat64())
		total += waits[i]
	}
	hurry := min(1, 0.95*now.Sub(from).Hours()/24/max(total, 1e-9))
	steps := make([]step, len(way))
	days := 0.0
	for i, status := range way {
		days += waits[i] * hurry
		steps[i] = step{to: status, at: from.Add(time.Duration(days * 24 * float64(time.Hour))).Truncate(time.Second)}
		if reasons := endReasons[status]; reasons != nil {
			steps[i].reason = pick(r, reasons)
		}
	}
	return steps
}

// confirm dates the last time that somebody said that the need is still there:
// for some open needs after their last step, never for the others.
func (s *story) confirm() {
	if !s.need.Status.Open() || chance(s.r, 0.55) {
		return
	}
	last := s.last()
	at := last.Add(time.Duration(s.r.Float64() * float64(now.Sub(last)))).Truncate(time.Second)
	s.need.LastConfirmedAt = &at
}

func (s *story) last() time.Time {
	if len(s.steps) == 0 {
		return s.need.ReportedAt
	}
	return s.steps[len(s.steps)-1].at
}

// reached gives when the need came to a status.
func (s *story) reached(status needmap.NeedStatus) time.Time {
	for _, step := range s.steps {
		if step.to == status {
			return step.at
		}
	}
	return s.last()
}
