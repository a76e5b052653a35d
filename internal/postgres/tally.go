package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TallyNeeds adds up needs by local municipality and field; where there is no
// need there is no row. Whole months and years come from the rollup, single days
// and filters that it can't answer from the needs themselves, in one statement.
func (s *Store) TallyNeeds(ctx context.Context, c needmap.NeedCriteria) ([]needmap.LocalTally, error) {
	c = c.Settled()
	statement, args := tallyStatement(c)
	var tallies []needmap.LocalTally
	err := s.queryPlanned(ctx, c, statement, args, func(rows *sqlx.Rows) error {
		var t needmap.LocalTally
		err := rows.Scan(&t.MunicipalityID, &t.Field, &t.Needs, &t.OpenNeeds, &t.People, &t.OpenPeople, &t.PeopleAnswered)
		if t.Needs > 0 {
			tallies = append(tallies, t)
		}
		return err
	})
	return tallies, err
}

// inRollup reports whether the rollup has columns for a filter.
func inRollup(c needmap.NeedCriteria) bool {
	return !c.BySpaceOrText() && (c.Statuses == nil || c.SeverityAtLeast == 1)
}

// tallyStatement picks the cheapest exact source for each part of the filter.
func tallyStatement(c needmap.NeedCriteria) (string, []any) {
	c = c.Settled()
	scope := c.Scope
	if scope == nil {
		return tallyOfAll(c)
	}
	c.Scope = nil
	inside, args := tallyOfAll(c.Narrow(scope.MunicipalityIDs))
	w := needWhere(c)
	ids := pq.Array(scope.OrganisationIDs)
	w.add(needElsewhere, pq.Array(scope.MunicipalityIDs))
	w.add(needOfOrganisations, ids, ids)
	return inside + " union all " + sqlTallyNeeds + w.sql() + tallyGroup, append(args, w.args...)
}

// tallyOfAll adds up without regard to the caller.
func tallyOfAll(c needmap.NeedCriteria) (string, []any) {
	if !inRollup(c) {
		return tallyOfNeeds(c)
	}
	var parts []string
	var args []any
	add := func(statement string, partArgs []any) {
		parts = append(parts, statement)
		args = append(args, partArgs...)
	}
	spans, days := splitDays(c.ReportedFrom, c.ReportedTo)
	for _, span := range spans {
		add(tallyOfSpan(c, span))
	}
	for _, range_ := range days {
		part := c
		part.ReportedFrom, part.ReportedTo = &range_[0], &range_[1]
		add(tallyOfNeeds(part))
	}
	return strings.Join(parts, " union all "), args
}

func tallyOfNeeds(c needmap.NeedCriteria) (string, []any) {
	w := needWhere(c)
	return sqlTallyNeeds + w.sql() + tallyGroup, w.args
}

func tallyOfSpan(c needmap.NeedCriteria, span rollupSpan) (string, []any) {
	var w where
	w.add(rollupKind, span.kind)
	oneOfIDs(&w, "r.municipality_id", c.MunicipalityIDs)
	oneOf(&w, "r.field", "field_of_intervention", c.Fields)
	oneOf(&w, "r.origin", "need_origin", c.Origins)
	if span.from != "" {
		w.add(rollupFromDay, string(span.from))
	}
	if span.before != "" {
		w.add(rollupBefore, string(span.before))
	}
	return sqlTallyRollup + rollupSums(c) + rollupTable + w.sql() + tallyGroup, w.args
}

// rollupSums names the columns whose sums answer the filter's severity or statuses.
func rollupSums(c needmap.NeedCriteria) string {
	if c.Statuses != nil {
		open := []needmap.NeedStatus{}
		for _, status := range c.Statuses {
			if status.Open() {
				open = append(open, status)
			}
		}
		return strings.Join([]string{
			sumOfStatuses("needs", c.Statuses), sumOfStatuses("needs", open),
			sumOfStatuses("people", c.Statuses), sumOfStatuses("people", open),
			sumOfStatuses("answered", c.Statuses),
		}, ", ")
	}
	suffix := ""
	if c.SeverityAtLeast > 1 {
		suffix = "_s" + strconv.Itoa(c.SeverityAtLeast)
	}
	columns := []string{"needs", "open_needs", "people", "open_people", "answered"}
	for i, column := range columns {
		columns[i] = "sum(r." + column + suffix + ")"
	}
	return strings.Join(columns, ", ")
}

// sumOfStatuses adds up a count's columns of some statuses, each once.
func sumOfStatuses(count string, statuses []needmap.NeedStatus) string {
	terms := []string{}
	for _, status := range needmap.NeedStatuses { // fixed order: few distinct statements
		if slices.Contains(statuses, status) {
			terms = append(terms, "r."+count+"_"+strings.ToLower(string(status)))
		}
	}
	if len(terms) == 0 {
		return "0"
	}
	return "sum(" + strings.Join(terms, " + ") + ")"
}
