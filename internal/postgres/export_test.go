package postgres

import (
	"context"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// ReadStatements are the constant statements of the read side, by the names of
// their constants.
var ReadStatements = map[string]string{
	"sqlResponses": sqlResponses, "sqlResponsesByID": sqlResponsesByID, "sqlNeedEvents": sqlNeedEvents,
	"sqlNeedCount": sqlNeedCount, "sqlNeedFeatures": sqlNeedFeatures, "sqlNeedCellFeatures": sqlNeedCellFeatures,
	"sqlOrganisations": sqlOrganisations, "sqlOrganisationCount": sqlOrganisationCount,
	"sqlOrganisationsByID": sqlOrganisationsByID, "sqlOrganisationBySlug": sqlOrganisationBySlug,
	"sqlServices": sqlServices, "sqlServiceCount": sqlServiceCount, "sqlServicesByID": sqlServicesByID,
	"sqlSpecialists": sqlSpecialists, "sqlServiceAreas": sqlServiceAreas,
	"sqlSuspensions": sqlSuspensions, "sqlSuspensionsByID": sqlSuspensionsByID,
	"sqlPublishedFigures": sqlPublishedFigures, "sqlPublishedPeople": sqlPublishedPeople,
	"sqlComputedFigures": sqlComputedFigures, "sqlComputedPeople": sqlComputedPeople, "sqlHoldsSynthetic": sqlHoldsSynthetic,
	"sqlVersions": sqlVersions, "sqlRollupDrift": sqlRollupDrift, "sqlRollupCells": sqlRollupCells,
	"sqlRollupTriggers": sqlRollupTriggers, "sqlSupplyTriggers": sqlSupplyTriggers, "sqlInvalidIndexes": sqlInvalidIndexes, "sqlMissingIndexes": sqlMissingIndexes,
	"sqlOutside": sqlOutside, "sqlMunicipalities": sqlMunicipalities, "sqlTerritoryVersion": sqlTerritoryVersion,
	"sqlBoardState": sqlBoardState, "sqlBoardNeeds": sqlBoardNeeds, "sqlBoardNeedsOf": sqlBoardNeedsOf,
	"sqlBoardOpen": sqlBoardOpen, "sqlBoardOpenOf": sqlBoardOpenOf, "sqlBoardResponses": sqlBoardResponses,
	"sqlBoardResponsesOf": sqlBoardResponsesOf, "sqlBoardKeys": sqlBoardKeys, "sqlCellCentres": sqlCellCentres,
	"sqlBoardServices": sqlBoardServices, "sqlPastNeeds": sqlPastNeeds, "sqlPastNeedsInCell": sqlPastNeedsInCell,
	"sqlPastCells": sqlPastCells, "sqlPastResponses": sqlPastResponses, "sqlPastServices": sqlPastServices,
	"sqlPastSuspensions": sqlPastSuspensions, "sqlMunicipalityByCode": sqlMunicipalityByCode,
	"sqlOrganisationBySlugs": sqlOrganisationBySlugs,
	// Parts of statements stand here in the shortest form that is one.
	"sqlClaimKey": sqlClaimKey, "sqlKnownKey": sqlKnownKey, "sqlAnswerKey": sqlAnswerKey,
	"sqlNeedEventsSince":     sqlNeedEventsSince,
	"sqlTallyNeeds":          sqlTallyNeeds + tallyGroup,
	"sqlTallyRollup":         sqlTallyRollup + "sum(r.needs)" + rollupTable + tallyGroup,
	"sqlCountOfTally":        sqlCountOfTally + sqlTallyNeeds + tallyGroup + sqlCountOfTallyEnd,
	"sqlCountOfTallyEnd":     sqlCountOfTally + sqlTallyNeeds + tallyGroup + sqlCountOfTallyEnd,
	"sqlNeedsOfLeaves":       numbered("select " + sqlNeedsOfLeaves + keyedNeeds(needmap.Access{}) + " where " + needOfLeaf + endOfLeaves),
	"sqlNeedsPerGroup":       numbered(sqlNeedsPerGroup + keyedNeeds(needmap.Access{}) + " where " + needOfLeaf + endOfLeaves + sqlNeedsPerGroupEnd + newestFirst),
	"sqlNeedsPerGroupEnd":    numbered(sqlNeedsPerGroup + keyedNeeds(needmap.Access{}) + " where " + needOfLeaf + endOfLeaves + sqlNeedsPerGroupEnd + newestFirst),
	"sqlPerGroup":            numbered(sqlPerGroup + sqlServices + " where " + serviceInGroupArea + sqlPerGroupEnd),
	"sqlPerGroupEnd":         numbered(sqlPerGroup + sqlOrganisations + " where " + organisationPresentInGroup + sqlPerGroupEnd),
	"sqlPerGroupEndBackward": numbered(sqlPerGroup + sqlOrganisations + " where " + organisationPresentInGroup + sqlPerGroupEndBackward),
	"sqlCountPerGroupEnd":    numbered(sqlPerGroup + sqlServiceCount + " where " + serviceOfOrganisationGroup + sqlCountPerGroupEnd),
}

// OrphanStatements are the doctor's counts, by what they look for.
func OrphanStatements() map[string]string {
	statements := map[string]string{}
	for _, kind := range orphans {
		statements[kind.what] = kind.count
	}
	return statements
}

// NeedStatements gives the list, count, features and tally of a filter.
func NeedStatements(c needmap.NeedCriteria, order needmap.NeedOrder, p needmap.Page) map[string]string {
	features := needWhere(c)
	features.add(needHasPoint)
	list, _ := listStatement(c, needSorts[order], p, true)
	count, _ := countStatement(c)
	tally, _ := tallyStatement(c)
	return map[string]string{
		"list":     numbered(list),
		"count":    numbered(count),
		"features": numbered(sqlNeedFeatures + features.sql() + orderBy + newestFirst + " limit 5"),
		"tally":    numbered(tally),
	}
}

// SplitDays is splitDays in plain values: each span as its kind and its days.
func SplitDays(from, to *needmap.Date) (spans []string, days [][2]needmap.Date) {
	found, days := splitDays(from, to)
	for _, span := range found {
		spans = append(spans, span.kind+" "+string(span.from)+".."+string(span.before))
	}
	return spans, days
}

// Prepared counts the statements that a Store keeps; MaxPrepared bounds them.
func (s *Store) Prepared() int { return len(s.prepared) }

// MaxPrepared is maxPrepared.
const MaxPrepared = maxPrepared

// TextQuery is textQuery.
var TextQuery = textQuery

// RefreshBoard is the first half of ViewNeeds of all needs, SettledView the other:
// it reads where the board is settled. Between the two others may refresh it.
func (s *Store) RefreshBoard(ctx context.Context) error { return s.refreshBoard(ctx, false) }

// SettledView is the second half of ViewNeeds, see RefreshBoard.
func (s *Store) SettledView(read func(coverage.View)) {
	s.board.mu.RLock()
	defer s.board.mu.RUnlock()
	if s.board.settled[false] {
		read(coverage.NewView(s.board.needs, s.board.supply, needmap.NeedCriteria{SeverityAtLeast: 1}, nil))
	}
}

// CopyRows is copyRows.
var CopyRows = copyRows
