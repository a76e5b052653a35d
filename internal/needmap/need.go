package needmap

import (
	"time"

	"github.com/paulmach/orb"
)

// Need is something that people in one municipality lack. It never holds a name.
type Need struct {
	ID              int64
	ExternalID      string // the reporter's own key, "" when there is none; only imports read it
	MunicipalityID  int    // always a local municipality
	Field           Field
	Origin          NeedOrigin
	Status          NeedStatus
	Severity        int // 1 (mild) to 5 (extreme)
	People          int // people concerned, at least 1
	PeopleAnswered  int // of them, those with a delivered answer
	Summary         *string
	ReportedAt      time.Time
	LastConfirmedAt *time.Time
	Location        *orb.Point   // EPSG:4326, lon/lat; nil unless LocationKind is EXACT or AREA
	Cell            *orb.Polygon // EPSG:4326: in place of Location for who sees cells only
	LocationKind    LocationKind
	MinimumAge      *int // years
	MaximumAge      *int // years
	ReportedByID    *int
	SuspensionID    *int
	EndReason       *EndReason // why it is CLOSED or REJECTED
	MergedInto      *int64     // the need that it is a duplicate of; it is REJECTED then
	Version         int        // grows with every change
	IsSynthetic     bool
}

// NeedEventKind says what happened to a need.
type NeedEventKind string

// Kinds of event in a need's history.
const (
	EventReported  NeedEventKind = "REPORTED"
	EventConfirmed NeedEventKind = "CONFIRMED"
	EventStatus    NeedEventKind = "STATUS_CHANGED"
	EventUpdated   NeedEventKind = "UPDATED"
	EventReopened  NeedEventKind = "REOPENED"
	EventMerged    NeedEventKind = "MERGED"
	EventUnmerged  NeedEventKind = "UNMERGED"
	EventProposed  NeedEventKind = "RESPONSE_PROPOSED"
	EventAccepted  NeedEventKind = "RESPONSE_ACCEPTED"
	EventDeclined  NeedEventKind = "RESPONSE_DECLINED"
	EventDelivered NeedEventKind = "RESPONSE_DELIVERED"
)

// NeedEventKinds is the set, in its published order.
var NeedEventKinds = []NeedEventKind{
	EventReported, EventConfirmed, EventStatus, EventUpdated, EventReopened, EventMerged, EventUnmerged,
	EventProposed, EventAccepted, EventDeclined, EventDelivered,
}

// NeedEvent is one step in the history of a need.
type NeedEvent struct {
	NeedID     int64
	At         time.Time
	Kind       NeedEventKind
	FromStatus *NeedStatus
	ToStatus   *NeedStatus
	Reason     *string
	ReasonCode *string // a word of EndReason or DeclineReason
	Actor      string  // who did it
	ActorRole  *Role   // nil where nobody had one: imports, new boundaries
	Version    *int    // of the need after it; nil for events from before versions were kept
	ResponseID *int64  // the response that it is about
	Changes    []ValueChange
}

// ValueChange is a value before and after an event, as text; nil where there was
// none. A place is told by its municipality and kind, never by its point: what
// becomes undisclosed must not stay readable in the past.
type ValueChange struct {
	Field  string // its name in the schema
	Before *string
	After  *string
}

// Response is a service or organisation taking up some or all people of a need.
type Response struct {
	ID             int64
	NeedID         int64
	OrganisationID int
	ServiceID      *int
	People         int
	Status         ResponseStatus
	ReasonCode     *DeclineReason
	Reason         *string // why it was declined
	ProposedAt     time.Time
	UpdatedAt      time.Time
	Version        int    // grows with every change
	MergedFrom     *int64 // the need that it answered before that one was merged into NeedID
}

// Holds reports whether the response keeps places of its service, and people of
// its need, for itself: it is offered or agreed and not yet done.
func (r *Response) Holds() bool {
	return r.Status == ResponseProposed || r.Status == ResponseAccepted
}

// DeclineReason says why a response was declined.
type DeclineReason string

// Reasons for which a response is declined.
const (
	DeclineFull        DeclineReason = "FULL"
	DeclineNoStaff     DeclineReason = "NO_STAFF"
	DeclineNotEligible DeclineReason = "NOT_ELIGIBLE"
	DeclineOutOfArea   DeclineReason = "OUT_OF_AREA"
	DeclineSuspended   DeclineReason = "SUSPENDED"
	DeclineRefused     DeclineReason = "REFUSED"
	DeclineNeedEnded   DeclineReason = "NEED_ENDED"
	DeclineOther       DeclineReason = "OTHER"
)

// DeclineReasons is the set, in its published order.
var DeclineReasons = []DeclineReason{
	DeclineFull, DeclineNoStaff, DeclineNotEligible, DeclineOutOfArea, DeclineSuspended, DeclineRefused, DeclineNeedEnded, DeclineOther,
}

// NeedOrder is the order of a list of needs; ties go by newest key first, or with
// NeedsOldest by oldest.
type NeedOrder string

// Orders of a list of needs.
const (
	NeedsNewest     NeedOrder = "REPORTED_AT_DESC"
	NeedsOldest     NeedOrder = "REPORTED_AT_ASC"
	NeedsMostSevere NeedOrder = "SEVERITY_DESC"
	NeedsMostPeople NeedOrder = "PEOPLE_DESC"
)

// NeedOrders is the set, in its published order.
var NeedOrders = []NeedOrder{NeedsNewest, NeedsOldest, NeedsMostSevere, NeedsMostPeople}

// NeedPage is a page of a list of needs.
type NeedPage struct {
	Needs []*Need
	More  bool // whether more follow in the direction of the page
	Total *int // all that the filter matches, where it came with the page
}

// Tally adds up needs. People are counted once per need that names them.
type Tally struct {
	Needs          int
	OpenNeeds      int // REPORTED, VERIFIED, ASSIGNED or IN_PROGRESS
	People         int
	OpenPeople     int // people of the open needs
	PeopleAnswered int
}

// Add adds another tally to t.
func (t *Tally) Add(o Tally) {
	t.Needs += o.Needs
	t.OpenNeeds += o.OpenNeeds
	t.People += o.People
	t.OpenPeople += o.OpenPeople
	t.PeopleAnswered += o.PeopleAnswered
}

// AddNeed counts one need.
func (t *Tally) AddNeed(n *Need) {
	one := Tally{Needs: 1, People: n.People, PeopleAnswered: n.PeopleAnswered}
	if n.Status.Open() {
		one.OpenNeeds, one.OpenPeople = 1, n.People
	}
	t.Add(one)
}

// LocalTally is the tally of one field in one local municipality.
type LocalTally struct {
	MunicipalityID int
	Field          Field
	Tally
}

// NeedFeature is a need with a point, as a map shows it. EPSG:4326, degrees.
type NeedFeature struct {
	ID                  int64
	Longitude, Latitude float64      // of the point
	Cell                *orb.Polygon // in its place for who sees cells only
	MunicipalityID      int
	Field               Field
	Origin              NeedOrigin
	Status              NeedStatus
	Severity            int
	People              int
	PeopleAnswered      int
	LocationKind        LocationKind
	ReportedAt          time.Time
}
