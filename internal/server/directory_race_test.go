package server_test

import (
	"fmt"
	"slices"
	"testing"
)

// TestDirectoryRetries sends requests again with their key.
func TestDirectoryRetries(t *testing.T) {
	s := newDirectorySite(t)
	for _, c := range []struct{ name, input string }{
		{"createCooperative", `idempotencyKey: "a", name: "Gamma"`},
		{"updateCooperative", `idempotencyKey: "b", id: "«Cooperative:6»", version: 1, volunteers: 3`},
		{"createPartnership", `idempotencyKey: "c", partner: "«Partner:5»", cooperative: "«Cooperative:6»"`},
		{"setSpecialists", `idempotencyKey: "d", organisation: "«Partner:5»", specialisation: "«Specialisation:1»", operators: 4`},
		{"createEvent", `idempotencyKey: "e", title: "Tavolo", kind: SEMINAR, date: "2026-01-01", needs: ["«Need:1»"]`},
		{"deleteEvent", `idempotencyKey: "f", id: "«Event:1»"`},
	} {
		first := s.writes(t, c.name, c.input, selectionOf(c.name))
		before := s.digest(t)
		if again := s.writes(t, c.name, c.input, selectionOf(c.name)); again != first || s.digest(t) != before {
			t.Errorf("%s again: %s, first %s", c.name, again, first)
		}
	}
	for _, c := range []struct{ who, name, input, want string }{
		{"coordinator", "createCooperative", `idempotencyKey: "a", name: "Delta"`, "CONFLICT idempotencyKey"},
		{"coordinator", "createSpecialisation", `idempotencyKey: "a", name: "Gamma"`, "CONFLICT idempotencyKey"},
		{"admin", "createCooperative", `idempotencyKey: "a", name: "Delta"`, ""}, // a key is the caller's own
		{"coordinator", "createEvent", `idempotencyKey: "e", title: "Tavolo", kind: SEMINAR, date: "2026-01-01", needs: ["«Need:1»"]`, "NOT_FOUND"},
	} {
		if payload, answer := s.mutate(t, c.who, c.name, c.input, selectionOf(c.name)); toldWrong(payload, answer) != c.want {
			t.Errorf("%s {%s}: %s, want %s", c.name, c.input, toldWrong(payload, answer), c.want)
		}
	}
}

// TestDirectoryRaces lets requests meet: of those that exclude each other one
// wins, and the others are told.
func TestDirectoryRaces(t *testing.T) {
	s := newDirectorySite(t)
	const many = 6
	for _, c := range []struct {
		name, mutation string
		input          func(i int) string
		want           []string // sorted
	}{
		{"one fiscal code", "createCooperative", func(i int) string { return fmt.Sprintf(`name: "Uno %d", fiscalCode: "01234567897"`, i) },
			append([]string{""}, slices.Repeat([]string{"CONFLICT fiscalCode"}, many-1)...)},
		{"one slug", "createCooperative", func(i int) string { return fmt.Sprintf(`name: "Due %d", slug: "due"`, i) },
			append([]string{""}, slices.Repeat([]string{"CONFLICT slug"}, many-1)...)},
		{"one name, and slugs made of it", "createCooperative", func(int) string { return `name: "Tre"` }, slices.Repeat([]string{""}, many)},
		{"one version", "updateService", func(i int) string { return fmt.Sprintf(`id: "«Service:3»", version: 1, capacity: %d`, i) },
			append([]string{""}, slices.Repeat([]string{"CONFLICT version"}, many-1)...)},
		{"one key", "createSpecialisation", func(int) string { return `idempotencyKey: "k", name: "Cuoco"` }, slices.Repeat([]string{""}, many)},
		{"the last two cooperatives", "deletePartnership", func(i int) string {
			return fmt.Sprintf(`partner: "«Partner:4»", cooperative: "«Cooperative:%d»"`, 1+i%2)
		}, append([]string{""}, slices.Repeat([]string{"CONFLICT cooperative"}, many-1)...)},
	} {
		told := make(chan string, many)
		for i := range many {
			go func() {
				payload, answer := s.mutate(t, "coordinator", c.mutation, c.input(i), selectionOf(c.mutation))
				told <- toldWrong(payload, answer)
			}()
		}
		var got []string
		for range many {
			got = append(got, <-told)
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var slugs []string
	if err := s.all.SelectContext(t.Context(), &slugs, `select slug from organisation where name = 'Tre' order by slug`); err != nil {
		t.Fatal(err)
	}
	if want := []string{"tre", "tre-2", "tre-3", "tre-4", "tre-5", "tre-6"}; !slices.Equal(slugs, want) {
		t.Errorf("slugs %v, want %v", slugs, want)
	}
	var rows int
	if err := s.all.GetContext(t.Context(), &rows, `select count(*) from directory_event`); err != nil || rows != 1+1+many+1+1+1 {
		t.Errorf("%d rows of history, %v", rows, err)
	}
}

// TestRemovalMeetsNewReferences removes organisations while services come to them:
// never is a service taken along.
func TestRemovalMeetsNewReferences(t *testing.T) {
	s := newDirectorySite(t)
	for round := range 8 {
		id := 6 + round
		s.writes(t, "createCooperative", fmt.Sprintf(`name: "Effimera %d"`, round), `cooperative {id}`)
		told := make(chan string, 2)
		go func() {
			payload, answer := s.mutate(t, "coordinator", "createService", fmt.Sprintf(`organisation: "«Cooperative:%d»", name: "S", field: MINORS,
				provision: PRIVATE, capacity: 1, municipalities: ["VT"]`, id), `service {id}`)
			told <- toldWrong(payload, answer)
		}()
		go func() {
			payload, answer := s.mutate(t, "coordinator", "deleteCooperative", fmt.Sprintf(`id: "«Cooperative:%d»"`, id), "deletedId")
			told <- toldWrong(payload, answer)
		}()
		got := []string{<-told, <-told}
		slices.Sort(got)
		if got[0] != "" || got[1] != "CONFLICT id: 1 services" && got[1] != "INVALID organisation" {
			t.Errorf("round %d: %q", round, got)
		}
	}
}
