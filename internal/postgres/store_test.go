package postgres_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestPreparedStatementsAreBounded asks in more ways than are kept: answers stay
// right, and the statements that are kept stay few.
func TestPreparedStatementsAreBounded(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 3)
	execute(t, db, rollupInsert, 7)
	store := postgres.New(db)
	severities, lists := []int{1, 3}, [][]needmap.Field{nil, needmap.Fields[:1], needmap.Fields[:2]}
	asked := 0
	for _, order := range needmap.NeedOrders {
		for _, severity := range severities {
			for _, fields := range lists {
				for limit := 0; limit <= needmap.MaxPage; limit += 25 {
					c := needmap.NeedCriteria{Fields: fields, SeverityAtLeast: severity}
					page, err := store.FindNeeds(t.Context(), c, order, needmap.Page{Limit: limit}, limit%2 == 0)
					if err != nil || len(page.Needs) > limit {
						t.Fatalf("%d needs of %d, %v", len(page.Needs), limit, err)
					}
					asked++
				}
			}
		}
	}
	if n := store.Prepared(); n == 0 || n > postgres.MaxPrepared {
		t.Errorf("%d statements kept after %d questions", n, asked)
	}
}
