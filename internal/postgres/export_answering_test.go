package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{
		"sqlPeoplePromised": sqlPeoplePromised, "sqlPlacesHeldBy": sqlPlacesHeldBy, "sqlPlacesHeld": sqlPlacesHeld,
		"sqlServiceRead": sqlServiceRead, "sqlServiceLock": sqlServiceLock,
		"sqlNeedOfResponse": sqlNeedOfResponse, "sqlResponseToNeed": sqlResponseToNeed,
		"sqlResponseInsert": sqlResponseInsert, "sqlResponseSave": sqlResponseSave, "sqlResponsesEnd": sqlResponsesEnd,
		"sqlToday": sqlToday, "sqlSuspensionBegin": sqlSuspensionBegin, "sqlSuspensionEnd": sqlSuspensionEnd,
		"sqlSuspensionsOver": sqlSuspensionsOver, "sqlDependentsLock": sqlDependentsLock,
		"sqlDependentsMark": sqlDependentsMark,
		"sqlCandidates":     sqlCandidates, "sqlCellCandidates": sqlCellCandidates,
	})
}
