package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{
		"sqlTokens": sqlTokens + tokenOfHash, "sqlTokenInsert": sqlTokenInsert, "sqlTokenRevoke": sqlTokenRevoke,
		"sqlOrganisationSlugs": sqlOrganisationSlugs,
	})
}

// Failed is failed.
var Failed = failed
