package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TallyNeeds adds up needs by local municipality and field; where there is no
// need there is no row. Whole months come from the rollup, single days and
// filters that it can't answer from the needs themselves, in one statement.
func (s *Store) TallyNeeds(ctx context.Context, c needmap.NeedCriteria) ([]needmap.LocalTally, error) {
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

// tallyStatement picks the cheapest exact source for each part of the filter.
func tallyStatement(c needmap.NeedCriteria) (string, []any) {
	if c.BySpaceOrText() || (c.Statuses != nil && c.SeverityAtLeast > 1) {
		return tallyOfNeeds(c)
	}
	span := splitMonths(c.ReportedFrom, c.ReportedTo)
	var parts []string
	var args []any
	add := func(statement string, partArgs []any) {
		parts = append(parts, statement)
		args = append(args, partArgs...)
	}
	if span.hasMonths {
		add(tallyOfMonths(c, span))
	}
	for _, days := range span.days {
		part := c
		part.ReportedFrom, part.ReportedTo = &days[0], &days[1]
		add(tallyOfNeeds(part))
	}
	return strings.Join(parts, " union all "), args
}

func tallyOfNeeds(c needmap.NeedCriteria) (string, []any) {
	w := needWhere(c)
	return sqlTallyNeeds + w.sql() + tallyGroup, w.args
}

func tallyOfMonths(c needmap.NeedCriteria, span monthSpan) (string, []any) {
	var w where
	oneOfIDs(&w, "r.municipality_id", c.MunicipalityIDs)
	oneOf(&w, "r.field", "field_of_intervention", c.Fields)
	oneOf(&w, "r.origin", "need_origin", c.Origins)
	if span.from != "" {
		w.add(rollupMonthMin, string(span.from))
	}
	if span.before != "" {
		w.add(rollupMonthMax, string(span.before))
	}
	return sqlTallyRollup + rollupSums(c) + rollupFrom + w.sql() + tallyGroup, w.args
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

// monthSpan splits a range of days into whole months and the days around them.
type monthSpan struct {
	hasMonths    bool
	from, before needmap.Date // first days of months; "" when open
	days         [][2]needmap.Date
}

func splitMonths(from, to *needmap.Date) monthSpan {
	span := monthSpan{hasMonths: true}
	var first, next time.Time // first whole month, and the month after the last
	if from != nil {
		day := moment(*from)
		first = monthOf(day)
		if !first.Equal(day) {
			first = first.AddDate(0, 1, 0)
		}
		span.from = date(first)
	}
	if to != nil {
		next = monthOf(moment(*to).AddDate(0, 0, 1))
		span.before = date(next)
	}
	if from != nil && to != nil && !first.Before(next) {
		return monthSpan{days: [][2]needmap.Date{{*from, *to}}}
	}
	if from != nil && span.from != *from {
		span.days = append(span.days, [2]needmap.Date{*from, date(first.AddDate(0, 0, -1))})
	}
	if to != nil && *to >= span.before {
		span.days = append(span.days, [2]needmap.Date{span.before, *to})
	}
	return span
}

// moment reads a Date that was checked when it came in.
func moment(d needmap.Date) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func date(t time.Time) needmap.Date { return needmap.Date(t.Format(time.DateOnly)) }
