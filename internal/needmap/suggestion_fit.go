package needmap

import "fmt"

// finding is what one criterion finds.
type finding struct {
	criterion FitCriterion
	part      float64                // of the criterion's weight, 0 where it is not met
	words     func() (en, it string) // made only for the candidates that are shown
}

func found(criterion FitCriterion, part float64, en, it string, args ...any) finding {
	return finding{criterion, part, func() (string, string) {
		return fmt.Sprintf(en, args...), fmt.Sprintf(it, args...)
	}}
}

func (c Candidate) field(n *Need) finding {
	if c.Field == n.Field {
		return found(FitField, 1, "It works in the need's field.", "Opera nell'ambito del bisogno.")
	}
	return finding{FitField, 0, func() (string, string) {
		own, wanted := labelOf("Field", string(c.Field)), labelOf("Field", string(n.Field))
		return fmt.Sprintf("Its field is %s, the need's is %s.", own.En, wanted.En),
			fmt.Sprintf("Il suo ambito è %s, quello del bisogno è %s.", own.It, wanted.It)
	}}
}

func (c Candidate) status() finding {
	switch c.Status {
	case ServiceActive:
		return found(FitStatus, 1, "It runs.", "È attivo.")
	case ServiceSuspended:
		return found(FitStatus, 0, "It is suspended.", "È sospeso.")
	case ServicePlanned:
		return found(FitStatus, 0, "It is planned and does not run yet.", "È previsto e non ancora attivo.")
	}
	return found(FitStatus, 0, "It is closed.", "È chiuso.")
}

// withinCatchment is false where a place or the catchment is not known.
func (c Candidate) withinCatchment() bool {
	return c.CatchmentMetres != nil && c.DistanceMetres != nil && *c.DistanceMetres <= float64(*c.CatchmentMetres)
}

// territory is met by name, or by nearness for a service with a catchment.
func (c Candidate) territory() finding {
	switch {
	case c.Serves:
		return found(FitTerritory, 1, "It serves the need's municipality.", "Serve il municipio o comune del bisogno.")
	case c.withinCatchment():
		return found(FitTerritory, 0.5, "It does not name the need's municipality, but the need lies within its catchment of %s.",
			"Non indica il municipio o comune del bisogno, ma il bisogno è entro il suo bacino di %s.", metresOf(float64(*c.CatchmentMetres)))
	}
	return found(FitTerritory, 0, "It does not serve the need's municipality.", "Non serve il municipio o comune del bisogno.")
}

// age is met where some of the need's ages are served; ages that nobody stated
// may be.
func (c Candidate) age(n *Need) finding {
	served, wanted := ages(c.MinimumAge, c.MaximumAge), ages(n.MinimumAge, n.MaximumAge)
	switch {
	case n.MinimumAge == nil && n.MaximumAge == nil && served.all():
		return found(FitAge, 1, "It serves every age.", "Serve ogni età.")
	case n.MinimumAge == nil && n.MaximumAge == nil:
		return found(FitAge, 0.5, "It serves ages %[1]d to %[2]d; the need's are not known.",
			"Serve le età da %[1]d a %[2]d; quelle del bisogno non sono note.", served.from, served.to)
	case wanted.from >= served.from && wanted.to <= served.to:
		return found(FitAge, 1, "It serves ages %[1]d to %[2]d, the need's are %[3]d to %[4]d.",
			"Serve le età da %[1]d a %[2]d, il bisogno è da %[3]d a %[4]d.", served.from, served.to, wanted.from, wanted.to)
	case wanted.from <= served.to && wanted.to >= served.from:
		return found(FitAge, 0.5, "It serves ages %[1]d to %[2]d: some of the need's %[3]d to %[4]d.",
			"Serve le età da %[1]d a %[2]d: una parte di quelle del bisogno, da %[3]d a %[4]d.", served.from, served.to, wanted.from, wanted.to)
	}
	return found(FitAge, 0, "It serves ages %[1]d to %[2]d, not the need's %[3]d to %[4]d.",
		"Serve le età da %[1]d a %[2]d, non quelle del bisogno, da %[3]d a %[4]d.", served.from, served.to, wanted.from, wanted.to)
}

type ageRange struct{ from, to int }

func (r ageRange) all() bool { return r == ageRange{0, MaxAge} }

func ages(youngest, oldest *int) ageRange {
	r := ageRange{0, MaxAge}
	set(&r.from, youngest)
	set(&r.to, oldest)
	return r
}

// capacity is met by one free place. A service that does not run is judged as if
// it did: that it does not is another criterion's finding.
func (c Candidate) capacity(left, held int) finding {
	free := c.Capacity - held
	if free < 1 {
		return found(FitCapacity, 0, "None of its %[1]d places is free.", "Nessuno dei suoi %[1]d posti è libero.", c.Capacity)
	}
	part := 1.0
	if left > 0 {
		part = min(1, float64(free)/float64(left))
	}
	return found(FitCapacity, part, "Free places: %[1]d of %[2]d; people of the need without an offer: %[3]d.",
		"Posti liberi: %[1]d su %[2]d; persone del bisogno senza proposta: %[3]d.", free, c.Capacity, left)
}

// distance is met unless the need lies beyond the catchment of a service that
// names its municipality: a place outside all that a service serves is told by
// the territory already. Nearness counts; a distance that is not known counts as
// the middle.
func (c Candidate) distance() finding {
	if c.DistanceMetres == nil {
		return found(FitDistance, 0.5, "The distance is not known.", "La distanza non è nota.")
	}
	away := metresOf(*c.DistanceMetres)
	if c.Serves && c.CatchmentMetres != nil && !c.withinCatchment() {
		return found(FitDistance, 0, "It is %[1]s away, beyond its catchment of %[2]s.",
			"Dista %[1]s, oltre il suo bacino di %[2]s.", away, metresOf(float64(*c.CatchmentMetres)))
	}
	return found(FitDistance, halfwayMetres/(halfwayMetres+*c.DistanceMetres), "It is %s away.", "Dista %s.", away)
}

// metresOf writes a distance for people, in both languages.
func metresOf(metres float64) string { return fmt.Sprintf("%.0f m", metres) }
