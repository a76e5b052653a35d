package needmap

// FitCriterion is one thing by which a service fits a need.
type FitCriterion string

// Criteria, in the order in which they are looked at.
const (
	FitField     FitCriterion = "FIELD"
	FitStatus    FitCriterion = "STATUS"
	FitTerritory FitCriterion = "TERRITORY"
	FitAge       FitCriterion = "AGE"
	FitCapacity  FitCriterion = "CAPACITY"
	FitDistance  FitCriterion = "DISTANCE"
)

// FitCriteria is the set, in its published order.
var FitCriteria = []FitCriterion{FitField, FitStatus, FitTerritory, FitAge, FitCapacity, FitDistance}

// FitReason says how a service stands on one criterion.
type FitReason struct {
	Criterion FitCriterion
	Met       bool
	Message   string // English
	MessageIt string // Italian
}

// Suggestion is a service beside a need.
type Suggestion struct {
	ServiceID      int
	People         int      // of the need, whom it has room for now; 0 unless it is ACTIVE
	Score          float64  // 0 to 1
	DistanceMetres *float64 // on the ellipsoid; nil where a place is not known
	Reasons        []FitReason
	Lacks          *FitCriterion // nil when it fits
}
