package demo

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// pandemic lists the waves of closings: the window in which services stopped,
// how long they stayed shut, and how many of them did.
var pandemic = []struct {
	from           time.Time
	window         int // days in which closings began
	shortest, more int // days shut: at least, and up to so many more
	share          float64
	reason         string
}{
	{time.Date(2020, time.March, 5, 0, 0, 0, 0, time.UTC), 12, 60, 130, 0.6, "Sospensione per l'emergenza sanitaria, primavera 2020"},
	{time.Date(2020, time.October, 26, 0, 0, 0, 0, time.UTC), 40, 40, 170, 0.35, "Sospensione per l'emergenza sanitaria, autunno 2020"},
}

const staffReason = "Mancata ripresa dopo l'emergenza sanitaria: personale e spazi non disponibili"

// addSuspensions closes services in the pandemic; those that are suspended to
// this day stopped then and never started again.
func (b *builder) addSuspensions() {
	for _, s := range b.Services {
		switch s.Status {
		case needmap.ServicePlanned:
		case needmap.ServiceSuspended:
			b.suspend(s.ID, pandemic[0].from.AddDate(0, 0, b.r.IntN(600)), nil, staffReason)
		default:
			b.suspendInWaves(s.ID)
		}
	}
}

func (b *builder) suspendInWaves(serviceID int) {
	for _, wave := range pandemic {
		if chance(b.r, wave.share) {
			from := wave.from.AddDate(0, 0, b.r.IntN(wave.window))
			to := date(from.AddDate(0, 0, wave.shortest+b.r.IntN(wave.more)))
			b.suspend(serviceID, from, &to, wave.reason)
		}
	}
}

func (b *builder) suspend(serviceID int, from time.Time, to *needmap.Date, reason string) {
	b.Suspensions = append(b.Suspensions, needmap.Suspension{
		ID: len(b.Suspensions) + 1, ServiceID: serviceID, From: date(from), To: to, Reason: reason,
	})
}

func date(day time.Time) needmap.Date { return needmap.Date(day.Format(time.DateOnly)) }
