package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{"sqlLogLocationRead": sqlLogLocationRead, "sqlLocationReads": sqlLocationReads,
		"sqlExactPlaces": sqlExactPlaces,
		"sqlForgetKeys":  sqlForgetKeys})
}
