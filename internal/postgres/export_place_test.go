package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{"sqlLogLocationRead": sqlLogLocationRead, "sqlLocationReads": sqlLocationReads,
		"sqlForgetKeys": sqlForgetKeys})
}
