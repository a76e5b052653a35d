package demo

import (
	"math/rand/v2"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ageRange is what the words of a summary tell of ages, in years.
type ageRange struct {
	who      string // how the summary begins
	from, to int
}

// toldAges begin and end a little beyond what services are for: who has just turned
// 18, or is not 60 yet, falls between them.
var toldAges = []ageRange{
	{"Bambino della scuola primaria", 6, 10}, {"Ragazza delle medie", 11, 13}, {"Adolescente", 14, 19},
	{"Fratelli in età scolare", 6, 16}, {"Minore arrivato da poco", 15, 17}, {"Classe di scuola primaria", 6, 10},
	{"Gruppo di adolescenti", 14, 17}, {"Bambini di un centro estivo", 6, 12},
	{"Giovane adulto con autismo", 18, 26}, {"Persona con disabilità motoria", 20, 80}, {"Persona sorda", 12, 75},
	{"Gruppo di giovani con disabilità", 15, 28},
	{"Anzian", 58, 92}, {"Coppia di anziani", 66, 88}, {"Gruppo di anziani", 62, 90}, {"Frequentatori del centro", 60, 90},
	{"Adulto senza lavoro", 30, 66}, {"Madre sola", 17, 48}, {"Padre separato", 28, 60}, {"Giovane in cerca", 16, 28},
}

// ages gives the ages of the people of a need: nil where its words tell none, for
// two needs of five that nobody asked, and where a service has taken it up, which
// it would have to agree with.
func (s *story) ages(r *rand.Rand) (youngest, oldest *int) {
	if s.need.Summary == nil || chance(r, 0.4) || s.hasService() {
		return nil, nil
	}
	for _, a := range toldAges {
		if strings.HasPrefix(*s.need.Summary, a.who) {
			return a.draw(r, s.need.People)
		}
	}
	return nil, nil
}

func (s *story) hasService() bool {
	for _, a := range s.answers {
		if a.serviceID != nil && a.status != needmap.ResponseDeclined {
			return true
		}
	}
	return false
}

// draw gives one person an age, and several a range.
func (a ageRange) draw(r *rand.Rand, people int) (youngest, oldest *int) {
	from := a.from + r.IntN(a.to-a.from+1)
	to := from
	if people > 1 {
		to += r.IntN(a.to - from + 1)
	}
	return &from, &to
}
