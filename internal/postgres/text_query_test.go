package postgres_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func TestTextQuery(t *testing.T) {
	for text, want := range map[string]string{
		"anziano":               "(anziano|anziana|anziani|anziane)",
		"Anziane sole":          "(Anziane|Anziano|Anziana|Anziani)&(sole|solo|sola|soli)",
		"anzianità":             "(anzianità)",
		"l'età, h24 | !(spesa)": "(l)&(età)&(h24)&(spesa|speso|spesi|spese)",
		"tre":                   "(tre)",
		"bus":                   "(bus)",
	} {
		if got := postgres.TextQuery(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestTextFindsEveryForm searches each form of some words among all of them.
func TestTextFindsEveryForm(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 1)
	families := [][]string{
		{"anziano", "anziana", "anziani", "anziane"}, {"italiano", "italiana", "italiani"}, {"quotidiano", "quotidiani"},
		{"bambino", "bambini"}, {"straniero", "straniera", "stranieri"}, {"visita", "visite"}, {"anzianità", "anzianita", "ANZIANITÀ"},
	}
	store := postgres.New(db)
	for _, family := range families {
		execute(t, db, `truncate need cascade`)
		for _, word := range family {
			execute(t, db, `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind, summary)
				values (1, 'ELDERLY', 'KNOWN', 'REPORTED', 1, 1, now(), 'AREA', 'qui serve ' || $1 || ' subito')`, word)
		}
		for _, word := range family {
			count, err := store.CountNeeds(t.Context(), needmap.NeedCriteria{Text: word, SeverityAtLeast: 1})
			if err != nil || count != len(family) {
				t.Errorf("%q finds %d of %v, %v", word, count, family, err)
			}
		}
	}
}
