package postgres_test

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// lifeSteps change needs, responses and services in every way that leaves a
// history. Places of needs stay, which the past does not tell.
var lifeSteps = []lifeStep{
	{"report", func(l *boardLife) {
		needs := []*needmap.Need{reportedNow(1, 10, needmap.FieldElderly), reportedNow(2, 8, needmap.FieldElderly),
			reportedNow(1, 6, needmap.FieldElderly), reportedNow(1, 7, needmap.FieldMinors), elderlyAt(0.012, 70), elderlyAt(0.04, 70),
			elderlyAt(0.012, 20)}
		for i, n := range needs {
			n.ReportedAt = n.ReportedAt.AddDate(0, 0, -1-i) // so that there are days to count
		}
		l.report(needs...)
	}},
	{"another severity and more people", func(l *boardLife) { l.update(0, needmap.NeedUpdate{Severity: new(5), People: new(12)}) }},
	{"another field", func(l *boardLife) { l.update(3, needmap.NeedUpdate{Field: new(needmap.FieldDisability)}) }},
	{"its field again, of another origin", func(l *boardLife) {
		l.update(3, needmap.NeedUpdate{Field: new(needmap.FieldMinors), Origin: new(needmap.OriginEmerging)})
	}},
	{"moved", func(l *boardLife) { l.update(2, needmap.NeedUpdate{Municipality: new("056003")}) }},
	{"moved back", func(l *boardLife) { l.update(2, needmap.NeedUpdate{Municipality: new("056000")}) }},
	{"confirmed", func(l *boardLife) { l.change(0, needmap.Confirm(time.Now())) }},
	{"verified", func(l *boardLife) { l.transition(0, needmap.StatusVerified, nil) }},
	{"offered", func(l *boardLife) { l.offer(0, 1, 6) }},
	{"offered all that is free", func(l *boardLife) { l.offer(1, 1, 3) }},
	{"offered without a service", func(l *boardLife) {
		two := 2
		l.responses = append(l.responses, mustRespond(l.t, l.store, needmap.Offer{NeedID: l.needs[0], OrganisationID: &two, People: 2}).ResponseID)
	}},
	{"accepted for fewer", func(l *boardLife) { l.answer(0, needmap.Accept(new(5))) }},
	{"delivered in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(3))) }},
	{"the rest delivered", func(l *boardLife) { l.answer(3, needmap.Deliver(nil)) }},
	{"declined", func(l *boardLife) { l.answer(1, needmap.Decline(needmap.DeclineNoStaff, nil)) }},
	{"offered and agreed by the near one", func(l *boardLife) {
		l.offer(4, 2, 4)
		l.answer(len(l.responses)-1, needmap.Accept(nil))
	}},
	{"met while somebody is agreed", func(l *boardLife) { l.transition(4, needmap.StatusClosed, new(needmap.EndWithdrawn)) }},
	{"reopened", func(l *boardLife) { l.change(4, byCoordinator("").Access.Reopen("Torna")) }},
	{"rejected", func(l *boardLife) { l.transition(5, needmap.StatusRejected, new(needmap.EndOutOfScope)) }},
	{"merged", func(l *boardLife) { l.merge(0, 2) }},
	{"unmerged", func(l *boardLife) { l.unmerge(0) }},
	{"merged what had ended", func(l *boardLife) { l.merge(0, 5) }},
	{"unmerged what had ended", func(l *boardLife) { l.unmerge(0) }},
	{"offered before a suspension", func(l *boardLife) { l.offer(1, 1, 2) }},
	{"suspended with marks", func(l *boardLife) { l.suspend(1, "2020-03-01") }},
	{"resumed", func(l *boardLife) { l.resume(1) }},
	{"suspended without needs", func(l *boardLife) { l.suspend(3, "2021-05-01") }},
	{"created", func(l *boardLife) { l.create() }},
	{"other numbers of a service", func(l *boardLife) {
		l.edit(l.made, func(d *needmap.ServiceDraft) { d.Capacity, d.MinimumAge, d.MaximumAge = 3, new(30), new(60) })
	}},
	{"another area of a service", func(l *boardLife) {
		l.edit(l.made, func(d *needmap.ServiceDraft) { d.MunicipalityIDs, d.Field = []int{2, 4}, needmap.FieldMinors })
	}},
	{"a smaller catchment", func(l *boardLife) { l.edit(2, func(d *needmap.ServiceDraft) { d.CatchmentMetres = new(800) }) }},
	{"closed", func(l *boardLife) { l.edit(l.made, func(d *needmap.ServiceDraft) { d.Status = needmap.ServiceClosed }) }},
	{"deleted", func(l *boardLife) { l.delete(l.made) }},
	{"reported later", func(l *boardLife) { l.report(reportedNow(4, 9, needmap.FieldCultureAgriculture)) }},
}
