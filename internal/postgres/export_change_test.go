package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{"sqlNeedPosition": sqlNeedPosition, "sqlNeedChanges": sqlNeedChanges})
}
