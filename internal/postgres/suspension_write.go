package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// SuspendService stores a suspension and gives its key. The service becomes
// SUSPENDED, and if the caller asks for it the open needs that it was to answer
// become SUSPENDED_SERVICE, those that name another suspension excepted. A
// service that is not there is NOT_FOUND, one of an organisation that the caller
// does not answer for FORBIDDEN, one that changed meanwhile CONFLICT.
func (s *Store) SuspendService(ctx context.Context, w needmap.Write, n needmap.NewSuspension) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		service, err := t.lockToSuspend(ctx, n)
		if err != nil {
			return 0, err
		}
		suspension, err := t.begin(ctx, n, service)
		if err != nil || !n.MarkNeeds {
			return suspension.ID, err
		}
		if err := t.lockDependents(ctx, n.ServiceID); err != nil {
			return 0, err
		}
		return suspension.ID, t.exec(ctx, sqlDependentsMark, n.ServiceID, suspension.ID, t.Actor, string(t.Role))
	})
}

// lockToSuspend locks a service, and before it, as everywhere, the needs that are
// to be marked. Some may come to depend on it before it is locked; they are locked
// when they are marked.
func (t *writeTx) lockToSuspend(ctx context.Context, n needmap.NewSuspension) (*needmap.Service, error) {
	if n.MarkNeeds {
		if _, err := t.ownService(ctx, sqlServiceRead, n.ServiceID, n.Version); err != nil {
			return nil, err
		}
		if err := t.lockDependents(ctx, n.ServiceID); err != nil {
			return nil, err
		}
	}
	return t.ownService(ctx, sqlServiceLock, n.ServiceID, n.Version)
}

// begin writes a suspension, the service as it is then, and what changed.
func (t *writeTx) begin(ctx context.Context, n needmap.NewSuspension, service *needmap.Service) (needmap.Suspension, error) {
	today, err := t.today(ctx)
	if err != nil {
		return needmap.Suspension{}, err
	}
	earlier, err := t.suspensions(ctx, n.ServiceID)
	if err != nil {
		return needmap.Suspension{}, err
	}
	suspension, err := n.Begin(service, earlier, today)
	if err != nil {
		return suspension, err
	}
	err = t.changed(ctx, serviceObject, n.ServiceID, func() error {
		return t.get(ctx, sqlSuspensionBegin, []any{n.ServiceID, string(suspension.From), suspension.To, suspension.Reason}, &suspension.ID)
	})
	return suspension, err
}

// ResumeService makes a service ACTIVE again and gives the key of the suspension
// that ended, 0 for a service that was SUSPENDED without one. It fails as
// SuspendService does.
func (s *Store) ResumeService(ctx context.Context, w needmap.Write, r needmap.Resumption) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		service, err := t.ownService(ctx, sqlServiceLock, r.ServiceID, r.Version)
		if err != nil {
			return 0, err
		}
		today, err := t.today(ctx)
		if err != nil {
			return 0, err
		}
		list, err := t.suspensions(ctx, r.ServiceID)
		if err != nil {
			return 0, err
		}
		ended, err := r.End(service, list, today)
		if err != nil {
			return 0, err
		}
		return ended.ID, t.endSuspension(ctx, r.ServiceID, ended)
	})
}

// endSuspension makes a service ACTIVE and gives a suspension its last day.
func (t *writeTx) endSuspension(ctx context.Context, serviceID int, ended needmap.Suspension) error {
	return t.changed(ctx, serviceObject, serviceID, func() error {
		return t.exec(ctx, sqlSuspensionEnd, serviceID, ended.ID, ended.To)
	})
}

// ownService reads or locks a service for who answers for its organisation and
// knows its version.
func (t *writeTx) ownService(ctx context.Context, statement string, id, version int) (*needmap.Service, error) {
	service, err := t.service(ctx, statement, id)
	if err != nil {
		return nil, err
	}
	if !t.Access.AnswersFor(service.OrganisationID) {
		return nil, needmap.Errorf(needmap.CodeForbidden, "service", "your token does not let you act for the organisation of this service")
	}
	if service.Version != version {
		return nil, needmap.Stale(version, service.Version, nil)
	}
	return service, nil
}

// lockDependents locks the open needs that a service is to answer, in the order
// of their keys.
func (t *writeTx) lockDependents(ctx context.Context, serviceID int) error {
	return t.exec(ctx, sqlDependentsLock, serviceID)
}

// today is the day in Europe/Rome.
func (t *writeTx) today(ctx context.Context) (day needmap.Date, err error) {
	err = t.get(ctx, sqlToday, nil, &day)
	return day, err
}

// suspensions gives those of a service, newest first.
func (t *writeTx) suspensions(ctx context.Context, serviceID int) (list []*needmap.Suspension, err error) {
	err = t.query(ctx, sqlSuspensions, []any{pq.Array([]int{serviceID})}, func(rows *sqlx.Rows) error {
		v, err := scanSuspension(rows)
		list = append(list, v)
		return err
	})
	return list, err
}

// SettleSuspensions makes services ACTIVE again whose last suspension has passed
// its last day, and gives how many there were. Calling it again changes nothing;
// a server does so when it starts and every hour.
func (s *Store) SettleSuspensions(ctx context.Context) (int, error) {
	settled := 0
	w := needmap.Write{Actor: "needmap"}
	_, err := s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		if _, err := t.suspensionsOver(ctx); err != nil { // locks them
			return nil, err
		}
		over, err := t.suspensionsOver(ctx) // as nobody changes them any more
		if err != nil {
			return nil, err
		}
		for _, id := range over {
			if err := t.endSuspension(ctx, id, needmap.Suspension{}); err != nil {
				return nil, err
			}
		}
		settled = len(over)
		return nil, nil
	})
	return settled, err
}

func (t *writeTx) suspensionsOver(ctx context.Context) (ids []int, err error) {
	err = t.query(ctx, sqlSuspensionsOver, nil, func(rows *sqlx.Rows) error {
		var id int
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// maxLeftBehind is how many needs a suspension's answer lists.
const maxLeftBehind = 500

// NeedsOfService gives the open needs that a service is to answer, the most
// severe first, as far as the caller may see them, at most 500; and how many
// there are.
func (s *Store) NeedsOfService(ctx context.Context, access needmap.Access, serviceID int) ([]*needmap.Need, int, error) {
	return s.openNeedsWith(ctx, access, needDependsOn, serviceID)
}

// NeedsOfSuspension is NeedsOfService for the open needs that a suspension left
// behind.
func (s *Store) NeedsOfSuspension(ctx context.Context, access needmap.Access, suspensionID int) ([]*needmap.Need, int, error) {
	return s.openNeedsWith(ctx, access, needLeftBehindBy, suspensionID)
}

func (s *Store) openNeedsWith(ctx context.Context, access needmap.Access, condition string, key int) (needs []*needmap.Need, count int, err error) {
	w := needWhere(needmap.NeedCriteria{Access: access, SeverityAtLeast: 1})
	w.add(condition, key)
	if err := s.get(ctx, numbered(sqlNeedCount+w.sql()), w.args, &count); err != nil {
		return nil, 0, err
	}
	page := needmap.Page{Limit: maxLeftBehind}
	statement := "select " + needsOf(access) + needSorts[needmap.NeedsMostSevere].page(&w, page)
	err = s.query(ctx, numbered(statement), w.args, func(rows *sqlx.Rows) error {
		n, err := scanNeed(rows)
		needs = append(needs, n)
		return err
	})
	needs, _ = trimPage(needs, page)
	return needs, count, err
}
