package needmap

import "slices"

// Enum is a closed set of words used in the schema, the database and the API.
// The same words are stored, sent and documented.
type Enum interface{ ~string }

// MunicipalityKind is the administrative kind of a unit of territory.
type MunicipalityKind string

// Kinds of municipality: an ISTAT comune, or one of Rome's municipi.
const (
	KindComune    MunicipalityKind = "COMUNE"
	KindMunicipio MunicipalityKind = "MUNICIPIO"
)

// TerritoryLevel is a level at which figures and boundaries are shown.
type TerritoryLevel string

// Levels, finest first. LOCAL is the leaves: municipi in Rome, comuni elsewhere.
const (
	LevelLocal    TerritoryLevel = "LOCAL"
	LevelComune   TerritoryLevel = "COMUNE"
	LevelProvince TerritoryLevel = "PROVINCE"
	LevelRegion   TerritoryLevel = "REGION"
)

// Field is a field of intervention.
type Field string

// Fields of intervention, in the order in which the network publishes them.
const (
	FieldMinors             Field = "MINORS"
	FieldDisability         Field = "DISABILITY"
	FieldElderly            Field = "ELDERLY"
	FieldAdultsAndFamilies  Field = "ADULTS_AND_FAMILIES"
	FieldCultureAgriculture Field = "CULTURE_AND_SOCIAL_AGRICULTURE"
)

// NeedOrigin says why a need exists.
type NeedOrigin string

// Origins of a need.
const (
	OriginKnown            NeedOrigin = "KNOWN"
	OriginSuspendedService NeedOrigin = "SUSPENDED_SERVICE"
	OriginEmerging         NeedOrigin = "EMERGING"
)

// NeedStatus is a step in the life of a need.
type NeedStatus string

// Statuses, in the order of a need's life.
const (
	StatusReported   NeedStatus = "REPORTED"
	StatusVerified   NeedStatus = "VERIFIED"
	StatusAssigned   NeedStatus = "ASSIGNED"
	StatusInProgress NeedStatus = "IN_PROGRESS"
	StatusMet        NeedStatus = "MET"
	StatusClosed     NeedStatus = "CLOSED"
	StatusRejected   NeedStatus = "REJECTED"
)

// LocationKind says what a need's or service's point may be used for.
type LocationKind string

// Location kinds. Only EXACT and AREA may have a point at all.
const (
	LocationExact       LocationKind = "EXACT"
	LocationArea        LocationKind = "AREA"
	LocationUndisclosed LocationKind = "UNDISCLOSED"
	LocationFictitious  LocationKind = "FICTITIOUS_RESIDENCE"
)

// PartnerKind is the legal or social nature of a partner.
type PartnerKind string

// Kinds of partner.
const (
	PartnerSocialEnterprise PartnerKind = "SOCIAL_ENTERPRISE"
	PartnerAssociation      PartnerKind = "ASSOCIATION"
	PartnerThirdSectorBody  PartnerKind = "THIRD_SECTOR_BODY"
	PartnerSchool           PartnerKind = "SCHOOL"
	PartnerUniversity       PartnerKind = "UNIVERSITY"
	PartnerHospital         PartnerKind = "HOSPITAL"
	PartnerParish           PartnerKind = "PARISH"
	PartnerPrivateCompany   PartnerKind = "PRIVATE_COMPANY"
	PartnerPublicBody       PartnerKind = "PUBLIC_BODY"
	PartnerCitizensGroup    PartnerKind = "CITIZENS_GROUP"
)

// ServiceStatus says whether a service runs.
type ServiceStatus string

// Statuses of a service.
const (
	ServiceActive    ServiceStatus = "ACTIVE"
	ServiceSuspended ServiceStatus = "SUSPENDED"
	ServicePlanned   ServiceStatus = "PLANNED"
	ServiceClosed    ServiceStatus = "CLOSED"
)

// Provision says who pays for or carries a service.
type Provision string

// Provisions of a service.
const (
	ProvisionPublic    Provision = "PUBLICLY_FUNDED"
	ProvisionPrivate   Provision = "PRIVATE"
	ProvisionMutualAid Provision = "MUTUAL_AID"
)

// ResponseStatus is a step in the life of a response to a need.
type ResponseStatus string

// Statuses of a response.
const (
	ResponseProposed  ResponseStatus = "PROPOSED"
	ResponseAccepted  ResponseStatus = "ACCEPTED"
	ResponseDelivered ResponseStatus = "DELIVERED"
	ResponseDeclined  ResponseStatus = "DECLINED"
)

// Role is what a caller may do.
type Role string

// Roles, from least to most.
const (
	RolePublic      Role = "PUBLIC"
	RoleOperator    Role = "OPERATOR"
	RoleAnalyst     Role = "ANALYST"
	RoleCoordinator Role = "COORDINATOR"
	RoleAdmin       Role = "ADMIN"
)

// The sets, in their published order.
var (
	MunicipalityKinds = []MunicipalityKind{KindComune, KindMunicipio}
	TerritoryLevels   = []TerritoryLevel{LevelLocal, LevelComune, LevelProvince, LevelRegion}
	Fields            = []Field{FieldMinors, FieldDisability, FieldElderly, FieldAdultsAndFamilies, FieldCultureAgriculture}
	NeedOrigins       = []NeedOrigin{OriginKnown, OriginSuspendedService, OriginEmerging}
	NeedStatuses      = []NeedStatus{StatusReported, StatusVerified, StatusAssigned, StatusInProgress, StatusMet, StatusClosed, StatusRejected}
	LocationKinds     = []LocationKind{LocationExact, LocationArea, LocationUndisclosed, LocationFictitious}
	PartnerKinds      = []PartnerKind{PartnerSocialEnterprise, PartnerAssociation, PartnerThirdSectorBody, PartnerSchool, PartnerUniversity, PartnerHospital, PartnerParish, PartnerPrivateCompany, PartnerPublicBody, PartnerCitizensGroup}
	ServiceStatuses   = []ServiceStatus{ServiceActive, ServiceSuspended, ServicePlanned, ServiceClosed}
	Provisions        = []Provision{ProvisionPublic, ProvisionPrivate, ProvisionMutualAid}
	ResponseStatuses  = []ResponseStatus{ResponseProposed, ResponseAccepted, ResponseDelivered, ResponseDeclined}
	Roles             = []Role{RolePublic, RoleOperator, RoleAnalyst, RoleCoordinator, RoleAdmin}
)

// Open reports whether a need of this status still waits for an answer.
func (s NeedStatus) Open() bool {
	switch s {
	case StatusReported, StatusVerified, StatusAssigned, StatusInProgress:
		return true
	}
	return false
}

// ParseEnum reads a word of a closed set; field names the argument or column
// in the INVALID error that any other word gets.
func ParseEnum[E Enum](field, word string, set []E) (E, error) {
	if slices.Contains(set, E(word)) {
		return E(word), nil
	}
	if word == "" {
		return "", Invalid(field, "the value is not one of %v", set)
	}
	return "", Invalid(field, "%q is not one of %v", shorten(word), set)
}

// CheckWords refuses a list that holds anything but words of a closed set, or
// says them over and over.
func CheckWords[E Enum](field string, words, set []E) error {
	if len(words) > 2*len(set) {
		return Invalid(field, "there are only %d values, and the list has %d", len(set), len(words))
	}
	for _, word := range words {
		if _, err := ParseEnum(field, string(word), set); err != nil {
			return err
		}
	}
	return nil
}

// shorten keeps error messages readable when the input is not.
func shorten(s string) string {
	const limit = 60
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit]) + "…"
}
