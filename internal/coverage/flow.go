package coverage

import "slices"

// A gap of people and free places of services are matched so that as many people
// as can be have a place: a flow from groups of needs, who could go to the same
// services, over these services.

// group is needs that could all go to the same services.
type group struct {
	people  int
	options []int32 // services, ascending
}

// promise is people of a group who have a place already.
type promise struct {
	group   int32
	service int32
	people  int
}

// matching is places given to groups. Every option of a group is an edge.
type matching struct {
	groups []group
	places []int     // of each service, not given yet
	edges  [][]int   // people of each group by option
	takers [][]int32 // groups that have a service among their options
	placed int

	// dead are services from which no chain of moves leads to a free place. They
	// stay so: whoever could move one of their people could be moved there too.
	dead []bool
	log  *[]entry // what changed, to take it back; nil where nobody will
}

// entry is a change of a matching: people of a group at an option, or with none the
// places of a service.
type entry struct {
	at     int32 // group, or service
	option int32
	people int
}

func newMatching(places []int) *matching {
	return &matching{places: slices.Clone(places), takers: make([][]int32, len(places)), dead: make([]bool, len(places))}
}

// enter adds groups. Promises are kept; then places are found for the others.
func (m *matching) enter(groups []group, promises []promise) {
	m.groups, m.edges = groups, make([][]int, len(groups))
	asking := make([]int, len(groups))
	for g := range groups {
		m.edges[g], asking[g] = make([]int, len(groups[g].options)), groups[g].people
		for _, s := range groups[g].options {
			m.takers[s] = append(m.takers[s], int32(g))
		}
	}
	for _, p := range promises {
		m.give(p.group, m.option(p.group, p.service), p.people)
		asking[p.group] -= p.people
	}
	for g, people := range asking {
		m.place(int32(g), people)
	}
	m.bury()
}

// bury finds every service that is dead, going back from those with a free place.
func (m *matching) bury() {
	var queue []int32
	for s := range m.dead {
		if m.dead[s] = m.places[s] == 0; !m.dead[s] {
			queue = append(queue, int32(s))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, g := range m.takers[queue[0]] {
			for k, people := range m.edges[g] {
				if s := m.groups[g].options[k]; people > 0 && m.dead[s] {
					m.dead[s] = false
					queue = append(queue, s)
				}
			}
		}
	}
}

// place finds places for people of a group, and moves others for it where that
// helps. It gives how many found none.
func (m *matching) place(g int32, people int) int {
	for k, s := range m.groups[g].options {
		n := min(people, m.places[s])
		m.give(g, k, n)
		people -= n
	}
	for people > 0 {
		n := m.augment(g, people)
		if n == 0 {
			break
		}
		people -= n
	}
	return people
}

// give gives people of a group places of one of its options; fewer than none takes
// them away.
func (m *matching) give(g int32, option, people int) {
	if people == 0 {
		return
	}
	m.move(g, option, people)
	m.take(m.groups[g].options[option], people)
	m.placed += people
}

func (m *matching) move(g int32, option, people int) {
	m.edges[g][option] += people
	if m.log != nil {
		*m.log = append(*m.log, entry{g, int32(option), people})
	}
}

func (m *matching) take(service int32, places int) {
	m.places[service] -= places
	if m.log != nil {
		*m.log = append(*m.log, entry{service, none, places})
	}
}

// step is how a search came to a service: from a group, which came to be moved
// from another service.
type step struct {
	group  int32
	option int32 // of the group, by which the service is reached
	from   int32 // service that the group is moved away from; none for the group that asks
}

// augment moves people along the shortest chain of groups from g to a service with
// a free place. It gives how many of at most people it placed. Where it finds none,
// the services that it came by are dead.
func (m *matching) augment(g int32, people int) int {
	reached := map[int32]step{}
	queue := []int32{}
	expand := func(group, from int32) (int32, bool) {
		for k, s := range m.groups[group].options {
			if _, known := reached[s]; known || m.dead[s] {
				continue
			}
			reached[s] = step{group, int32(k), from}
			if m.places[s] > 0 {
				return s, true
			}
			queue = append(queue, s)
		}
		return 0, false
	}
	end, found := expand(g, none)
	for i := 0; !found && i < len(queue); i++ {
		s := queue[i]
		for _, taker := range m.takers[s] {
			if m.edges[taker][m.option(taker, s)] > 0 {
				if end, found = expand(taker, s); found {
					break
				}
			}
		}
	}
	if !found {
		for _, s := range queue {
			m.dead[s] = true
		}
		return 0
	}
	return m.push(reached, end, people)
}

// push moves as many people along a chain as its narrowest part lets.
func (m *matching) push(reached map[int32]step, end int32, people int) int {
	n := min(people, m.places[end])
	for s := end; reached[s].from != none; s = reached[s].from {
		n = min(n, m.edges[reached[s].group][m.option(reached[s].group, reached[s].from)])
	}
	for s := end; ; s = reached[s].from {
		at := reached[s]
		m.move(at.group, int(at.option), n)
		if at.from == none {
			break
		}
		m.move(at.group, m.option(at.group, at.from), -n)
	}
	m.take(end, n)
	m.placed += n
	return n
}

func (m *matching) option(g, service int32) int {
	k, _ := slices.BinarySearch(m.groups[g].options, service)
	return k
}

// without takes a service away and gives how many people lose their place with it
// for good; everything is as before afterwards.
func (m *matching) without(service int32) int {
	var log []entry
	placed, dead := m.placed, slices.Clone(m.dead)
	m.log, m.dead[service] = &log, true
	lost := 0
	m.take(service, m.places[service])
	for _, g := range m.takers[service] {
		k := m.option(g, service)
		if n := m.edges[g][k]; n > 0 {
			m.move(g, k, -n)
			m.placed -= n
			lost += m.place(g, n)
		}
	}
	m.log = nil
	for _, e := range slices.Backward(log) {
		if e.option == none {
			m.places[e.at] += e.people
		} else {
			m.edges[e.at][e.option] -= e.people
		}
	}
	m.placed, m.dead = placed, dead
	return lost
}
