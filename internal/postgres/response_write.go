package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// RespondToNeed stores an offer: PROPOSED, in the need's history, and never for
// more people than the need has left or the service free, whoever else offers at
// the same time. It fails as needmap.Offering says; a need that the caller may
// not see is NOT_FOUND.
func (s *Store) RespondToNeed(ctx context.Context, w needmap.Write, o needmap.Offer) (needmap.ResponseKeys, error) {
	keys, err := s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		g, err := t.lockOffering(ctx, o)
		if err != nil {
			return nil, err
		}
		r, err := g.Response(o)
		if err != nil {
			return nil, err
		}
		if err := t.insertResponse(ctx, r); err != nil {
			return nil, err
		}
		step := needmap.NeedStep{Kind: needmap.EventProposed}
		step.TellResponse(nil, r, nil)
		return responseKeys(r, nil), t.saveNeed(ctx, g.Need, step, &r.ID)
	})
	return readResponseKeys(keys), err
}

// ChangeResponse takes a step with a response to a need that the caller may see.
// One that is not there is NOT_FOUND; one that changed since the version that the
// caller knew is CONFLICT.
func (s *Store) ChangeResponse(ctx context.Context, w needmap.Write, id int64, version int, change needmap.ResponseChange) (needmap.ResponseKeys, error) {
	keys, err := s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		n, r, service, err := t.lockResponse(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := t.Access.MayDecide(n, r); err != nil {
			return nil, err
		}
		if r.Version != version {
			return nil, needmap.Stale(version, r.Version, nil)
		}
		was := *r
		step, rest, err := change(n, r, service)
		if err != nil {
			return nil, err
		}
		step.TellResponse(&was, r, rest)
		if err := t.saveResponse(ctx, r); err != nil {
			return nil, err
		}
		if rest != nil {
			if err := t.insertResponse(ctx, rest); err != nil {
				return nil, err
			}
		}
		return responseKeys(r, rest), t.saveNeed(ctx, n, step, &r.ID)
	})
	return readResponseKeys(keys), err
}

// responseKeys are what a write of responses answers with when it comes again.
func responseKeys(r, rest *needmap.Response) []int64 {
	keys := []int64{r.NeedID, r.ID}
	if rest != nil {
		keys = append(keys, rest.ID)
	}
	return keys
}

func readResponseKeys(keys []int64) needmap.ResponseKeys {
	var k needmap.ResponseKeys
	if len(keys) >= 2 {
		k.NeedID, k.ResponseID = keys[0], keys[1]
	}
	if len(keys) == 3 {
		k.RestID = &keys[2]
	}
	return k
}

// lockOffering locks what an offer takes from: the need first and the service
// after it, as every write does, so that two never wait for each other.
func (t *writeTx) lockOffering(ctx context.Context, o needmap.Offer) (needmap.Offering, error) {
	g := needmap.Offering{Access: t.Access}
	var err error
	if g.Need, err = t.lockNeed(ctx, o.NeedID); err != nil {
		return g, err
	}
	if o.NeedVersion != nil {
		if err := t.checkVersion(ctx, g.Need, *o.NeedVersion); err != nil {
			return g, err
		}
	}
	if g.Promised, err = t.promised(ctx, o.NeedID); err != nil || o.ServiceID == nil {
		return g, err
	}
	g.Service, err = t.service(ctx, sqlServiceLock, *o.ServiceID)
	if needmap.ErrorCode(err) == needmap.CodeNotFound {
		err = needmap.Invalid("service", "%s", err.Error())
	}
	if err != nil {
		return g, err
	}
	return g, t.get(ctx, sqlPlacesHeldBy, []any{*o.ServiceID}, &g.Held)
}

// service reads a service, or with sqlServiceLock keeps others from taking its
// places, and from changing it, until the transaction ends. One that is not there
// is NOT_FOUND.
func (t *writeTx) service(ctx context.Context, statement string, id int) (*needmap.Service, error) {
	var found *needmap.Service
	err := t.query(ctx, statement, []any{id}, func(rows *sqlx.Rows) (err error) {
		found, err = scanService(rows)
		return err
	})
	if err == nil && found == nil {
		err = needmap.NotFound("there is no such service")
	}
	return found, err
}

// lockResponse locks a response's need and its service; nobody changes a response
// without its need.
func (t *writeTx) lockResponse(ctx context.Context, id int64) (*needmap.Need, *needmap.Response, *needmap.Service, error) {
	var needID int64
	err := t.get(ctx, sqlNeedOfResponse, []any{id}, &needID)
	if errors.Is(err, sql.ErrNoRows) {
		err = needmap.NotFound("there is no such response, or you may not see it")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	n, err := t.lockNeed(ctx, needID)
	if needmap.ErrorCode(err) == needmap.CodeNotFound {
		err = needmap.NotFound("there is no such response, or you may not see it")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := t.responseTo(ctx, id, needID)
	if err != nil || r.ServiceID == nil {
		return n, r, nil, err
	}
	service, err := t.service(ctx, sqlServiceLock, *r.ServiceID)
	return n, r, service, err
}

// responseTo reads a response to a locked need. A merge may have taken it to
// another one before the lock was had.
func (t *writeTx) responseTo(ctx context.Context, id, needID int64) (*needmap.Response, error) {
	var found *needmap.Response
	err := t.query(ctx, sqlResponseToNeed, []any{id, needID}, func(rows *sqlx.Rows) (err error) {
		found, err = scanResponse(rows)
		return err
	})
	if err == nil && found == nil {
		err = needmap.Errorf(needmap.CodeConflict, "id", "the response went over to another need meanwhile: read it again")
	}
	return found, err
}

// insertResponse stores a new response; one without a time of its own is from now.
func (t *writeTx) insertResponse(ctx context.Context, r *needmap.Response) error {
	proposed := sql.NullTime{Time: r.ProposedAt, Valid: !r.ProposedAt.IsZero()}
	return t.get(ctx, sqlResponseInsert, []any{
		r.NeedID, r.OrganisationID, r.ServiceID, r.People, string(r.Status), proposed, r.MergedFrom,
	}, &r.ID)
}

func (t *writeTx) saveResponse(ctx context.Context, r *needmap.Response) error {
	return t.get(ctx, sqlResponseSave, []any{r.ID, r.People, string(r.Status), r.ReasonCode, r.Reason}, &r.Version)
}
