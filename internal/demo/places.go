package demo

import "github.com/innovainrete/needmap/internal/needmap"

// recent is of how many of the newest needs the open answers may hold places of a
// service. Were there more, they would find every place taken.
const recent = 20_000

// holds reports whether an answer keeps places of a service for itself.
func (a *answer) holds() bool {
	return a.serviceID != nil && (a.status == needmap.ResponseProposed || a.status == needmap.ResponseAccepted)
}

// place gives out the places of the services to the needs in their order, and
// tells which found one. A need has one open answer at most. Where a service is
// full, its organisation answers without it.
func (n *Needs) place() map[int]bool {
	free := make(map[int]int, len(n.network.Services))
	for i := range n.network.Services {
		free[n.network.Services[i].ID] = n.network.Services[i].Capacity
	}
	placed := map[int]bool{}
	for i := max(0, n.count-recent); i < n.count; i++ {
		for _, a := range n.story(i).answers {
			if a.holds() && a.people <= free[*a.serviceID] {
				free[*a.serviceID] -= a.people
				placed[i] = true
			}
		}
	}
	return placed
}
