package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// maxLeaves is how many municipalities are read one by one, each in the order of
// an index. Of more, one of the next needs is likely at hand anyway.
const maxLeaves = 20

// FindNeeds gives one page of needs, and with it, if wanted, how many there are.
func (s *Store) FindNeeds(ctx context.Context, c needmap.NeedCriteria, order needmap.NeedOrder, p needmap.Page, withTotal bool) (needmap.NeedPage, error) {
	var page needmap.NeedPage
	var total int
	c = c.Settled()
	statement, args := listStatement(c, needSorts[order], p, withTotal)
	before := []any{}
	if withTotal {
		before = append(before, &total)
	}
	err := s.queryPlanned(ctx, c, statement, args, func(rows *sqlx.Rows) error {
		n, err := scanNeed(rows, before...)
		page.Needs = append(page.Needs, n)
		return err
	})
	if withTotal && len(page.Needs) > 0 {
		page.Total = &total // a page beyond the end has no row to carry it
	}
	page.Needs, page.More = trimPage(page.Needs, p)
	return page, err
}

// listStatement writes the statement of one page.
func listStatement(c needmap.NeedCriteria, sort needSort, p needmap.Page, withTotal bool) (string, []any) {
	head, args := "select ", []any(nil)
	if withTotal {
		count, countArgs := countStatement(c)
		head, args = "select ("+count+"), ", countArgs
	}
	ids := c.MunicipalityIDs
	if !sort.inLeaves || len(ids) <= 1 || len(ids) > maxLeaves || c.BySpaceOrText() || c.Scope != nil {
		w := needWhere(c)
		return head + needsOf(c.Access) + sort.page(&w, p), append(args, w.args...)
	}
	c.MunicipalityIDs = nil
	w := where{args: []any{pq.Array(ids)}}
	w.add(needOfLeaf)
	addNeedConditions(&w, c)
	statement := head + sqlNeedsOfLeaves + keyedNeeds(c.Access) + sort.page(&w, p) + endOfLeaves + sort.order(p) + limitClause(p)
	return statement, append(args, w.args...)
}

// FindNeedsPerGroup gives a page for each group of local municipalities, in one
// statement.
func (s *Store) FindNeedsPerGroup(ctx context.Context, groups [][]int, c needmap.NeedCriteria, order needmap.NeedOrder, p needmap.Page) ([][]*needmap.Need, []bool, error) {
	c = c.Settled()
	w := where{args: []any{arrayLiterals(groups)}}
	w.add(needOfLeaf)
	addNeedConditions(&w, c)
	sort := needSorts[order]
	statement := sqlNeedsPerGroup + keyedNeeds(c.Access) + sort.page(&w, p) + endOfLeaves + sort.order(p) + limitClause(p) +
		sqlNeedsPerGroupEnd + sort.keys(p)
	pages := make([][]*needmap.Need, len(groups))
	err := s.queryPlanned(ctx, c, statement, w.args, func(rows *sqlx.Rows) error {
		var ord int
		n, err := scanNeed(rows, &ord)
		if err == nil {
			pages[ord-1] = append(pages[ord-1], n)
		}
		return err
	})
	more := make([]bool, len(groups))
	for i := range pages {
		pages[i], more[i] = trimPage(pages[i], p)
	}
	return pages, more, err
}

// CountNeeds counts the needs that a filter matches.
func (s *Store) CountNeeds(ctx context.Context, c needmap.NeedCriteria) (int, error) {
	c = c.Settled()
	statement, args := countStatement(c)
	count := 0
	err := s.queryPlanned(ctx, c, statement, args, func(rows *sqlx.Rows) error { return rows.Scan(&count) })
	return count, err
}

// countStatement adds up the rollup where it can, and counts needs elsewhere.
func countStatement(c needmap.NeedCriteria) (string, []any) {
	if inRollup(c) {
		tally, args := tallyStatement(c)
		return sqlCountOfTally + tally + sqlCountOfTallyEnd, args
	}
	w := needWhere(c)
	return sqlNeedCount + w.sql(), w.args
}

// NeedsByID finds needs by their keys; those that are missing, and those that the
// caller may not see, are left out.
func (s *Store) NeedsByID(ctx context.Context, access needmap.Access, ids []int64) ([]*needmap.Need, error) {
	return s.needsWith(ctx, access, needHasID, ids)
}

// NeedsMergedInto finds the duplicates that were merged into some needs, as far
// as the caller may see them.
func (s *Store) NeedsMergedInto(ctx context.Context, access needmap.Access, ids []int64) ([]*needmap.Need, error) {
	return s.needsWith(ctx, access, needMergedIn, ids)
}

// NeedsOfSuspensions finds the needs that some suspensions left unmet, open or not,
// as far as the caller may see them.
func (s *Store) NeedsOfSuspensions(ctx context.Context, access needmap.Access, ids []int64) ([]*needmap.Need, error) {
	return s.needsWith(ctx, access, needOfSuspension, ids)
}

func (s *Store) needsWith(ctx context.Context, access needmap.Access, condition string, ids []int64) ([]*needmap.Need, error) {
	w := needWhere(needmap.NeedCriteria{Access: access, SeverityAtLeast: 1})
	w.add(condition, pq.Array(ids))
	var needs []*needmap.Need
	err := s.query(ctx, numbered("select "+needsOf(access)+w.sql()+orderBy+needKey), w.args, func(rows *sqlx.Rows) error {
		n, err := scanNeed(rows)
		needs = append(needs, n)
		return err
	})
	return needs, err
}

// queryPlanned prepares the statement, unless it filters by space, by text, by
// many municipalities or by organisations that a need belongs to: then the best
// plan depends on the values, and the statement is planned with them.
func (s *Store) queryPlanned(ctx context.Context, c needmap.NeedCriteria, statement string, args []any, scan func(*sqlx.Rows) error) error {
	statement = numbered(statement)
	if !c.BySpaceOrText() && c.Scope == nil && len(c.MunicipalityIDs) <= maxLeaves {
		return s.query(ctx, statement, args, scan)
	}
	select {
	case s.heavy <- struct{}{}:
		defer func() { <-s.heavy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	rows, err := s.db.QueryxContext(ctx, statement, args...)
	if err != nil {
		return failed(err)
	}
	return eachRow(rows, scan)
}

// page restricts w to the page's positions and writes the rest of its statement.
func (s needSort) page(w *where, p needmap.Page) string {
	if p.After != nil {
		w.add(s.after, s.args(*p.After)...)
	}
	if p.Before != nil {
		w.add(s.before, s.args(*p.Before)...)
	}
	return w.sql() + s.order(p) + limitClause(p)
}

func (s needSort) order(p needmap.Page) string { return orderBy + s.keys(p) }

func (s needSort) keys(p needmap.Page) string {
	if p.Backward {
		return s.backward
	}
	return s.forward
}

// pageLimits are the limits that statements are written with: the limit is part
// of a statement's plan, and a plan for each of 500 lengths would be too many.
var pageLimits = []int{2, 11, 26, 51, 101, 251, needmap.MaxPage + 1}

// limitClause asks for at least one row more than the page, to know whether
// there is one.
func limitClause(p needmap.Page) string {
	for _, limit := range pageLimits {
		if limit > p.Limit {
			return " limit " + strconv.Itoa(limit)
		}
	}
	return " limit " + strconv.Itoa(p.Limit+1)
}

// trimPage drops the rows beyond the page and puts a backward page in order.
func trimPage[T any](list []T, p needmap.Page) ([]T, bool) {
	more := len(list) > p.Limit
	if more {
		list = list[:p.Limit]
	}
	if p.Backward {
		slices.Reverse(list)
	}
	return list, more
}

// arrayLiterals writes groups of keys as PostgreSQL arrays, one text each,
// because arrays of arrays of different lengths do not exist there.
func arrayLiterals(groups [][]int) pq.StringArray {
	literals := make(pq.StringArray, len(groups))
	for i, ids := range groups {
		var b strings.Builder
		b.WriteByte('{')
		for j, id := range ids {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(id))
		}
		b.WriteByte('}')
		literals[i] = b.String()
	}
	return literals
}

func point(lon, lat *float64) *orb.Point {
	if lon == nil || lat == nil {
		return nil
	}
	return &orb.Point{*lon, *lat}
}
