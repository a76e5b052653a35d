package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// pastServices reads the services with their history. What an import changed of
// them has left none.
func (t *snapshotTx) pastServices(ctx context.Context) ([]coverage.PastService, error) {
	now, err := t.services(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]coverage.PastService, len(now))
	byID := make(map[int]int, len(now))
	for i, s := range now {
		list[i].Service, byID[s.ID] = s, i
	}
	err = t.query(ctx, sqlPastSuspensions, nil, func(rows *sqlx.Rows) error {
		var u needmap.Suspension
		err := rows.Scan(&u.ServiceID, &u.From, &u.To)
		if i, ok := byID[u.ServiceID]; ok {
			list[i].Suspensions = append(list[i].Suspensions, u)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	names, err := t.serviceNames(ctx)
	if err != nil {
		return nil, err
	}
	err = t.query(ctx, sqlPastServices, nil, func(rows *sqlx.Rows) error {
		var id int
		var at time.Time
		var before *string
		if err := rows.Scan(&id, &at, &before); err != nil {
			return err
		}
		i, ok := byID[id]
		if !ok { // it was deleted, and nothing referred to it
			i = len(list)
			byID[id] = i
			list = append(list, coverage.PastService{Service: coverage.Service{ID: id, Status: needmap.ServiceClosed}})
		}
		was, err := names.service(before)
		list[i].Changes = append(list[i].Changes, coverage.ServiceChange{At: at, Was: was})
		return err
	})
	return list, err
}

// serviceNames resolve what the history names by words.
type serviceNames struct{ municipalities, organisations map[string]int }

func (t *snapshotTx) serviceNames(ctx context.Context) (serviceNames, error) {
	names := serviceNames{map[string]int{}, map[string]int{}}
	for statement, into := range map[string]map[string]int{
		sqlMunicipalityByCode: names.municipalities, sqlOrganisationBySlugs: names.organisations,
	} {
		err := t.query(ctx, statement, nil, func(rows *sqlx.Rows) error {
			var name string
			var id int
			err := rows.Scan(&name, &id)
			into[name] = id
			return err
		})
		if err != nil {
			return names, err
		}
	}
	return names, nil
}

// toldService is a service as sqlServiceValues tells it.
type toldService struct {
	Name            string                `json:"name"`
	Organisation    string                `json:"organisation"`
	Field           needmap.Field         `json:"field"`
	Status          needmap.ServiceStatus `json:"status"`
	Capacity        int                   `json:"capacity"`
	MinimumAge      *int                  `json:"minimum_age"`
	MaximumAge      *int                  `json:"maximum_age"`
	CatchmentMetres *int                  `json:"catchment_metres"`
	Municipalities  []string              `json:"municipalities"`
	Suspensions     []struct {
		From needmap.Date  `json:"from_day"`
		To   *needmap.Date `json:"to_day"`
	} `json:"suspensions"`
}

// service reads what a service was; nil where it was not there.
func (n serviceNames) service(told *string) (*coverage.PastService, error) {
	if told == nil {
		return nil, nil
	}
	var v toldService
	if err := json.Unmarshal([]byte(*told), &v); err != nil {
		return nil, err
	}
	was := &coverage.PastService{Service: coverage.Service{
		Name: v.Name, OrganisationID: n.organisations[v.Organisation], Field: v.Field, Status: v.Status, Capacity: v.Capacity,
		MinimumAge: v.MinimumAge, MaximumAge: v.MaximumAge, CatchmentMetres: v.CatchmentMetres,
	}}
	for _, code := range v.Municipalities {
		if id, ok := n.municipalities[code]; ok {
			was.MunicipalityIDs = append(was.MunicipalityIDs, id)
		}
	}
	for _, u := range v.Suspensions {
		was.Suspensions = append(was.Suspensions, needmap.Suspension{From: u.From, To: u.To})
	}
	return was, nil
}
