package postgres

import (
	"maps"

	"github.com/innovainrete/needmap/internal/needmap"
)

func init() {
	maps.Copy(ReadStatements, map[string]string{
		"sqlNeedsSave": sqlNeedsSave, "sqlNeedsReport": sqlNeedsReport, "sqlMergedOf": sqlMergedOf,
		"sqlResponsesMerge": sqlResponsesMerge, "sqlResponsesUnmerge": sqlResponsesUnmerge, "sqlFormer": sqlFormer,
		"sqlLikelyNeeds": LikelyStatement(needmap.Access{}), "sqlLikelyNeedsEnd": LikelyStatement(needmap.Access{}),
	})
}

// LikelyStatement is the search for duplicates as a caller makes it.
func LikelyStatement(a needmap.Access) string {
	statement, _ := likelyStatement(a, []int64{1})
	return statement
}
