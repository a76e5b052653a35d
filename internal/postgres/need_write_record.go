package postgres

import (
	"encoding/json"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// changedNeed is a locked need as it is to be, with what happened to it.
type changedNeed struct {
	*needmap.Need
	step       needmap.NeedStep
	responseID *int64
}

// needRecord is one of needRecords.
type needRecord struct {
	ID              int64                 `json:"id"`
	MunicipalityID  int                   `json:"municipality_id"`
	Field           needmap.Field         `json:"field"`
	Origin          needmap.NeedOrigin    `json:"origin"`
	Status          needmap.NeedStatus    `json:"status"`
	Severity        int                   `json:"severity"`
	People          int                   `json:"people"`
	PeopleAnswered  int                   `json:"people_answered"`
	Summary         *string               `json:"summary"`
	ReportedAt      time.Time             `json:"reported_at"`
	LastConfirmedAt *time.Time            `json:"last_confirmed_at"`
	Location        any                   `json:"location"` // EWKB in hexadecimal
	LocationKind    needmap.LocationKind  `json:"location_kind"`
	MinimumAge      *int                  `json:"minimum_age"`
	MaximumAge      *int                  `json:"maximum_age"`
	ReportedByID    *int                  `json:"reported_by"`
	SuspensionID    *int                  `json:"suspension_id"`
	EndReason       *needmap.EndReason    `json:"end_reason"`
	MergedInto      *int64                `json:"merged_into"`
	Kind            needmap.NeedEventKind `json:"kind"`
	Reason          *string               `json:"reason"`
	ReasonCode      *string               `json:"reason_code"`
	ResponseID      *int64                `json:"response_id"`
	Was             map[string]string     `json:"was"`
	Is              map[string]string     `json:"is_now"`
}

func newNeedRecord(n *needmap.Need) (needRecord, error) {
	location, err := hexPoint(n.Location)
	return needRecord{
		ID: n.ID, MunicipalityID: n.MunicipalityID, Field: n.Field, Origin: n.Origin, Status: n.Status,
		Severity: n.Severity, People: n.People, PeopleAnswered: n.PeopleAnswered, Summary: n.Summary,
		ReportedAt: n.ReportedAt, LastConfirmedAt: n.LastConfirmedAt, Location: location, LocationKind: n.LocationKind,
		MinimumAge: n.MinimumAge, MaximumAge: n.MaximumAge, ReportedByID: n.ReportedByID, SuspensionID: n.SuspensionID,
		EndReason: n.EndReason, MergedInto: n.MergedInto,
	}, err
}

// changeRecords writes needs that change as needRecords.
func changeRecords(changes []changedNeed) (string, error) {
	records := make([]needRecord, len(changes))
	for i, c := range changes {
		r, err := newNeedRecord(c.Need)
		if err != nil {
			return "", err
		}
		r.Kind, r.Reason, r.ReasonCode, r.ResponseID = c.step.Kind, c.step.Reason, c.step.ReasonCode, c.responseID
		r.Was, r.Is = c.step.Was, c.step.Is
		records[i] = r
	}
	text, err := json.Marshal(records)
	return string(text), err
}

// reportRecords writes new needs as needRecords, numbered by their row.
func reportRecords(needs []*needmap.Need) (string, error) {
	records := make([]needRecord, len(needs))
	for i, n := range needs {
		r, err := newNeedRecord(n)
		if err != nil {
			return "", err
		}
		r.ID, r.Kind = int64(i), needmap.EventReported
		records[i] = r
	}
	text, err := json.Marshal(records)
	return string(text), err
}
