package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CreateToken keeps the hash of a token that was granted, and gives its id. The
// grant must have been checked; an organisation that is not there is INVALID.
func (s *Store) CreateToken(ctx context.Context, g needmap.TokenGrant, hash [32]byte) (id int, err error) {
	organisations := pq.Int32Array{}
	for _, slug := range g.Organisations {
		ids, err := s.OrganisationIDs(ctx, []string{slug})
		if err != nil {
			return 0, err
		}
		if len(ids) == 0 {
			return 0, needmap.Invalid("organisation", "there is no organisation with the slug %q", slug)
		}
		organisations = append(organisations, int32(ids[0]))
	}
	err = s.get(ctx, sqlTokenInsert, []any{
		g.Name, hash[:], string(g.Role), append(pq.StringArray{}, g.Municipalities...), organisations, g.ExpiresAt,
	}, &id)
	return id, err
}

// Tokens lists every token, in the order in which they were made.
func (s *Store) Tokens(ctx context.Context) ([]needmap.Token, error) {
	var list []needmap.Token
	err := s.query(ctx, sqlTokens+tokensInOrder, nil, func(rows *sqlx.Rows) error {
		t, err := scanToken(rows)
		list = append(list, t)
		return err
	})
	return list, err
}

// RevokeToken ends a token now and for good. One that is revoked already stays
// so. A token that is not there is NOT_FOUND.
func (s *Store) RevokeToken(ctx context.Context, id int) error {
	err := s.get(ctx, sqlTokenRevoke, []any{id}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return needmap.NotFound("there is no token %d", id)
	}
	return err
}

// TokenByHash finds a token, be it active or not. One that is not there is
// NOT_FOUND.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (t needmap.Token, err error) {
	err = s.query(ctx, sqlTokens+tokenOfHash, []any{hash[:]}, func(rows *sqlx.Rows) (err error) {
		t, err = scanToken(rows)
		return err
	})
	if err == nil && t.ID == 0 {
		err = needmap.NotFound("there is no such token")
	}
	return t, err
}

func scanToken(row interface{ Scan(...any) error }) (needmap.Token, error) {
	var t needmap.Token
	var organisations pq.Int32Array
	var revoked sql.Null[time.Time]
	err := row.Scan(&t.ID, &t.Name, &t.Role, (*pq.StringArray)(&t.Municipalities), &organisations,
		(*pq.StringArray)(&t.Organisations), &t.CreatedAt, &t.ExpiresAt, &revoked)
	for _, id := range organisations {
		t.OrganisationIDs = append(t.OrganisationIDs, int(id))
	}
	if revoked.Valid {
		t.RevokedAt = &revoked.V
	}
	return t, err
}

// OrganisationIDs gives the keys of the organisations with these slugs. A slug
// that nobody has gives none.
func (s *Store) OrganisationIDs(ctx context.Context, slugs []string) ([]int, error) {
	var ids []int
	err := s.query(ctx, sqlOrganisationSlugs, []any{pq.StringArray(slugs)}, func(rows *sqlx.Rows) error {
		var id int
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}
