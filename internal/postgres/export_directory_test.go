package postgres

import "maps"

func init() {
	maps.Copy(ReadStatements, map[string]string{
		"sqlOrganisationValues": sqlOrganisationValues, "sqlServiceValues": sqlServiceValues,
		"sqlSpecialisationValues": sqlSpecialisationValues, "sqlEventValues": sqlEventValues, "sqlDirectoryEvent": sqlDirectoryEvent,
		"sqlOrganisationInsert": sqlOrganisationInsert, "sqlOrganisationLock": sqlOrganisationLock,
		"sqlOrganisationUpdate": sqlOrganisationUpdate, "sqlOrganisationTouch": sqlOrganisationTouch,
		"sqlOrganisationDelete": sqlOrganisationDelete, "sqlOrganisationReferences": sqlOrganisationReferences,
		"sqlCooperativesKept": sqlCooperativesKept, "sqlPartnershipsAdd": sqlPartnershipsAdd,
		"sqlPartnershipCount": sqlPartnershipCount, "sqlPartnershipDelete": sqlPartnershipDelete, "sqlPartnersLock": sqlPartnersLock,
		"sqlSpecialisationInsert": sqlSpecialisationInsert, "sqlSpecialisationLock": sqlSpecialisationLock,
		"sqlSpecialisationKept": sqlSpecialisationKept, "sqlSpecialisationUpdate": sqlSpecialisationUpdate,
		"sqlSpecialisationDelete": sqlSpecialisationDelete, "sqlSpecialisationReferences": sqlSpecialisationReferences,
		"sqlSpecialistsSet": sqlSpecialistsSet, "sqlSpecialistsDelete": sqlSpecialistsDelete,
		"sqlSpecialisations": sqlSpecialisations, "sqlSpecialisationsAll": sqlSpecialisationsAll,
		"sqlSpecialisationsByID": sqlSpecialisationsByID,
		"sqlServiceDraft":        sqlServiceDraft, "sqlServiceInsert": sqlServiceInsert, "sqlServiceUpdate": sqlServiceUpdate,
		"sqlServiceDelete": sqlServiceDelete, "sqlServiceReferences": sqlServiceReferences,
		"sqlEvents": sqlEvents, "sqlEventCount": sqlEventCount, "sqlEventsByID": sqlEventsByID, "sqlEventNeeds": sqlEventNeeds,
		"sqlEventLock": sqlEventLock, "sqlEventInsert": sqlEventInsert, "sqlEventUpdate": sqlEventUpdate,
		"sqlEventDelete": sqlEventDelete, "sqlEventNeedsPut": sqlEventNeedsPut, "sqlNeedKeys": sqlNeedKeys,
	})
}
