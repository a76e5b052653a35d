package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// writeInputs fills in the required parts of an input from the schema.
type writeInputs struct {
	*testing.T
	schema  *schema
	need    any // key of the need that identifiers of needs stand for
	answer  any // the same for responses
	version int
}

// input writes the argument of a mutation.
func (w writeInputs) input(mutation *schemaField) string {
	return w.object(w.schema.types[mutation.Args[0].Type.named()], mutation.Name)
}

func (w writeInputs) object(t *schemaType, mutation string) string {
	var parts []string
	for _, f := range t.InputFields {
		if f.required() {
			parts = append(parts, f.Name+": "+w.value(t, f, mutation))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (w writeInputs) value(of *schemaType, f *schemaArgument, mutation string) string {
	value := w.single(of, f, mutation)
	if f.Type.isList() {
		return "[" + value + "]"
	}
	return value
}

func (w writeInputs) single(of *schemaType, f *schemaArgument, mutation string) string {
	named := w.schema.types[f.Type.named()]
	switch named.Name {
	case "ID":
		return w.id(of, f, mutation)
	case "Int":
		return fmt.Sprint(w.version)
	case "Float":
		return "12.25"
	case "Boolean":
		return "false"
	case "Date":
		return `"2024-02-01"`
	case "String":
		return `"testo"`
	}
	switch named.Kind {
	case "ENUM":
		return named.EnumValues[0].Name
	case "INPUT_OBJECT":
		return w.object(named, mutation)
	}
	w.Errorf("%s.%s: no value for a %s", of.Name, f.Name, named.Name)
	return "null"
}

// id finds the type that an identifier is of by the names of the field, of the
// input and of the mutation.
func (w writeInputs) id(of *schemaType, f *schemaArgument, mutation string) string {
	keys := map[string]any{"Need": w.need, "Response": w.answer, "Cooperative": 1, "Partner": 3, "Service": 1, "Specialisation": 1, "Event": 1}
	for _, name := range []string{f.Name, of.Name, mutation} {
		for _, typeName := range []string{"Specialisation", "Response", "Need", "Cooperative", "Partner", "Service", "Event"} {
			if strings.Contains(strings.ToLower(name), strings.ToLower(typeName)) {
				return globalIDs(typeName, keys[typeName])[0]
			}
		}
	}
	if f.Name == "organisation" {
		return globalIDs("Cooperative", 1)[0]
	}
	w.Errorf("%s: no identifier for %s.%s", mutation, of.Name, f.Name)
	return `""`
}

// ofNeeds reports whether a mutation is about needs: its payload holds some.
func (s *schema) ofNeeds(mutation *schemaField) bool {
	return slices.ContainsFunc(s.types[mutation.Type.named()].Fields, func(f *schemaField) bool {
		return slices.Contains([]string{"Need", "ReportedNeed", "Response"}, f.Type.named())
	})
}

func (w *walker) mutationQuery(f *schemaField, input string) string {
	return w.payloadQuery("mutation", f, "(input: "+input+")")
}

// payloadQuery asks for all of a payload and one step beyond it.
func (w *walker) payloadQuery(operation string, f *schemaField, arguments string) string {
	args := func(inner *schemaField, to *schemaType, depth int) string {
		if inner == f {
			return arguments
		}
		return w.arguments(0)(inner, to, 1)
	}
	payload := w.schema.types[f.Type.named()]
	q := writer{schema: w.schema, args: args, skipped: w.refused}
	inside := q.leaves(payload)
	for _, part := range payload.Fields {
		for i, to := range w.schema.concrete(part) {
			if i == 0 {
				inside += q.object(hop{part, to}, 1, q.leaves(to)+q.beyond(to, 2))
			}
		}
	}
	return operation + " {" + f.Name + arguments + " {" + inside + "}}"
}

// TestWhoMayWrite asks for every mutation as each role that may not.
func TestWhoMayWrite(t *testing.T) {
	s := newPolicyWorld(t)
	read := readSchema(t, s)
	inputs := writeInputs{t, read, secretKey, answerKey, 2}
	for _, f := range read.types["Mutation"].Fields {
		want := map[string]string{"PUBLIC": "UNAUTHENTICATED", "ANALYST": "FORBIDDEN"}
		if !read.ofNeeds(f) {
			want["OPERATOR of both"] = "FORBIDDEN"
		}
		for role, code := range want {
			caller := s
			if role != "PUBLIC" {
				caller = s.as(role)
			}
			query := "mutation {" + f.Name + "(input: " + inputs.input(f) + ") {__typename}}"
			answer := caller.ask(t, query, nil)
			if got, _ := answer.first(); got != code {
				t.Errorf("%s as %s gives %q, want %s: %+v\n%s", f.Name, role, got, code, answer.Errors, query)
			}
		}
	}
}

// TestHiddenIsLikeMissing writes to a need that the caller does not see, and to
// one that there is not: the answers are the same.
func TestHiddenIsLikeMissing(t *testing.T) {
	s := newPolicyWorld(t)
	w := newWalker(t, s, policyRoles[slices.IndexFunc(policyRoles, func(r policyRole) bool { return r.name == "OPERATOR of a territory" })])
	hidden := writeInputs{t, w.schema, secretKey + 3, answerKey + 3, 2}
	missing := writeInputs{t, w.schema, secretKey + 33, answerKey + 33, 2}
	notFound := 0
	for _, f := range w.schema.types["Mutation"].Fields {
		if !w.schema.ofNeeds(f) || hidden.input(f) == missing.input(f) {
			continue
		}
		query := w.mutationQuery(f, hidden.input(f))
		one, other := w.site.ask(t, query, nil), w.site.ask(t, w.mutationQuery(f, missing.input(f)), nil)
		if string(mustJSON(one)) != string(mustJSON(other)) {
			t.Errorf("%s tells a need that is hidden from one that is not there: %s and %s", f.Name, mustJSON(one), mustJSON(other))
		}
		w.check(f.Name, query, one)
		if code, _ := one.first(); code == "NOT_FOUND" {
			notFound++
		}
	}
	if notFound < 8 {
		t.Errorf("only %d mutations say NOT_FOUND", notFound)
	}
	var version, events int
	if err := s.db.QueryRow(`select n.version, count(e.id) from need n left join need_event e on e.need_id = n.id where n.id = 700003 group by 1`).Scan(&version, &events); err != nil || version != 2 || events != 2 {
		t.Errorf("the hidden need has version %d and %d events, %v", version, events, err)
	}
}

// TestPayloadsKeepTheScope writes to needs that the caller sees, with a stale
// version and with the right one, and looks through the whole payloads.
func TestPayloadsKeepTheScope(t *testing.T) {
	t.Parallel()
	s := newPolicyWorld(t)
	for _, name := range []string{"OPERATOR of a territory", "OPERATOR of both"} {
		w := newWalker(t, s, policyRoles[slices.IndexFunc(policyRoles, func(r policyRole) bool { return r.name == name })])
		written := 0
		for _, key := range []int{0, 4, 6, 8} {
			for _, f := range w.schema.types["Mutation"].Fields {
				if !w.schema.ofNeeds(f) {
					continue
				}
				var version int
				if err := s.db.Get(&version, `select version from need where id = $1`, secretKey+key); err != nil {
					t.Fatal(err)
				}
				for _, known := range []int{version - 1, version} {
					query := w.mutationQuery(f, writeInputs{t, w.schema, secretKey + key, answerKey + key, known}.input(f))
					answer := w.site.ask(t, query, nil)
					if code, _ := answer.first(); code == "INTERNAL" || code == "INVALID" {
						t.Errorf("%s: %+v\n%s", f.Name, answer.Errors, query)
					}
					w.check(f.Name, query, answer)
					if len(answer.Errors) == 0 && !strings.Contains(string(answer.Data), `"errors":[{`) {
						written++
					}
				}
			}
		}
		if written == 0 {
			t.Errorf("%s wrote nothing", name)
		}
		t.Logf("%s wrote %d times", name, written)
	}
}
