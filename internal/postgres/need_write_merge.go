package postgres

import (
	"context"
	"errors"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// MergeNeeds makes needs duplicates of another, to which their responses go over,
// and gives the keys of all, that one first. A need that the caller may not see
// is NOT_FOUND; versions and rules are CONFLICT or INVALID, naming the part.
func (s *Store) MergeNeeds(ctx context.Context, w needmap.Write, m needmap.Merge) ([]int64, error) {
	return s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		target, duplicates, err := t.lockMerge(ctx, m)
		if err != nil {
			return nil, err
		}
		ids := keysOf(duplicates)
		moved, err := t.moveResponses(ctx, sqlResponsesMerge, target.ID, ids)
		if err != nil {
			return nil, err
		}
		promised, err := t.promised(ctx, target.ID)
		if err != nil {
			return nil, err
		}
		if err := m.Apply(target, duplicates, moved, promised); err != nil {
			return nil, err
		}
		step, targetStep := m.Steps()
		return append([]int64{target.ID}, ids...), t.saveTogether(ctx, target, targetStep, duplicates, step)
	})
}

// lockMerge locks the needs of a merge and holds them to its rules.
func (t *writeTx) lockMerge(ctx context.Context, m needmap.Merge) (*needmap.Need, []*needmap.Need, error) {
	ids := []int64{m.Into.ID}
	for _, d := range m.Duplicates {
		ids = append(ids, d.ID)
	}
	needs, err := t.lockToChange(ctx, ids...)
	if err != nil {
		return nil, nil, err
	}
	target, duplicates := needs[0], needs[1:]
	stale := []error{needmap.Part("into", t.checkVersion(ctx, target, m.Into.Version))}
	for i, d := range duplicates {
		stale = append(stale, needmap.Part("duplicates."+strconv.Itoa(i), t.checkVersion(ctx, d, m.Duplicates[i].Version)))
	}
	if err := errors.Join(stale...); err != nil {
		return nil, nil, err
	}
	targets, err := t.ids(ctx, sqlMergedOf, pq.Array(ids[1:]))
	if err != nil {
		return nil, nil, err
	}
	hasOwn := map[int64]bool{}
	for _, id := range targets {
		hasOwn[id] = true
	}
	return target, duplicates, m.CheckNeeds(target, duplicates, hasOwn)
}

// UnmergeNeeds takes merges back: duplicates become what they were, their
// responses return to them, whatever became of these meanwhile. It gives the keys
// of the need that they were merged into and of the duplicates, and fails as
// MergeNeeds does. Duplicates that the caller may not see stay merged.
func (s *Store) UnmergeNeeds(ctx context.Context, w needmap.Write, u needmap.Unmerge) ([]int64, error) {
	return s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		target, duplicates, err := t.lockUnmerge(ctx, u)
		if err != nil {
			return nil, err
		}
		ids := keysOf(duplicates)
		former, err := t.former(ctx, ids)
		if err != nil {
			return nil, err
		}
		back, err := t.moveResponses(ctx, sqlResponsesUnmerge, target.ID, ids)
		if err != nil {
			return nil, err
		}
		if err := u.Apply(target, duplicates, former, back); err != nil {
			return nil, err
		}
		step := needmap.NeedStep{Kind: needmap.EventUnmerged}
		return append([]int64{target.ID}, ids...), t.saveTogether(ctx, target, step, duplicates, step)
	})
}

// lockUnmerge locks the needs of a merge that is taken back. Whoever merges more
// after the duplicates were looked for changes the version of the target.
func (t *writeTx) lockUnmerge(ctx context.Context, u needmap.Unmerge) (*needmap.Need, []*needmap.Need, error) {
	ids := u.Duplicates
	if ids == nil {
		w := needWhere(needmap.NeedCriteria{Access: t.Access, SeverityAtLeast: 1})
		w.add(needMergedIn, pq.Array([]int64{u.From.ID}))
		var err error
		if ids, err = t.ids(ctx, numbered(needIDs+w.sql()+orderBy+needKey), w.args...); err != nil {
			return nil, nil, err
		}
	}
	needs, err := t.lockToChange(ctx, append([]int64{u.From.ID}, ids...)...)
	if err != nil {
		return nil, nil, err
	}
	target, duplicates := needs[0], needs[1:]
	if err := needmap.Part("from", t.checkVersion(ctx, target, u.From.Version)); err != nil {
		return nil, nil, err
	}
	return target, duplicates, u.CheckNeeds(target, duplicates)
}

// lockToChange is lockNeeds for needs that the caller has to be allowed to change.
func (t *writeTx) lockToChange(ctx context.Context, ids ...int64) ([]*needmap.Need, error) {
	needs, err := t.lockNeeds(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, n := range needs {
		if err := t.Access.MayChange(n); err != nil {
			return nil, err
		}
	}
	return needs, nil
}

// moveResponses takes responses to or from a need and adds up their people by the
// duplicate that they belong to.
func (t *writeTx) moveResponses(ctx context.Context, statement string, target int64, ids []int64) (map[int64]needmap.ResponsePeople, error) {
	moved := map[int64]needmap.ResponsePeople{}
	err := t.query(ctx, statement, []any{target, pq.Array(ids)}, func(rows *sqlx.Rows) error {
		var id int64
		var people needmap.ResponsePeople
		err := rows.Scan(&id, &people.Delivered, &people.Promised)
		moved[id] = people
		return err
	})
	return moved, err
}

// former reads from the history what needs were before they were merged. One of
// which it tells nothing begins anew.
func (t *writeTx) former(ctx context.Context, ids []int64) (map[int64]needmap.Former, error) {
	former := map[int64]needmap.Former{}
	for _, id := range ids {
		former[id] = needmap.Former{Status: needmap.StatusReported}
	}
	err := t.query(ctx, sqlFormer, []any{pq.Array(ids)}, func(rows *sqlx.Rows) error {
		var id int64
		var was needmap.Former
		err := rows.Scan(&id, &was.Status, &was.EndReason)
		former[id] = was
		return err
	})
	return former, err
}

// saveTogether writes a need and others that go one way with it.
func (t *writeTx) saveTogether(ctx context.Context, n *needmap.Need, own needmap.NeedStep, others []*needmap.Need, step needmap.NeedStep) error {
	changes := []changedNeed{{n, own, nil}}
	for _, o := range others {
		changes = append(changes, changedNeed{o, step, nil})
	}
	return t.saveNeeds(ctx, changes)
}

func keysOf(needs []*needmap.Need) []int64 {
	ids := make([]int64, len(needs))
	for i, n := range needs {
		ids[i] = n.ID
	}
	return ids
}
