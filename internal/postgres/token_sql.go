package postgres

// The organisations of a token are kept by key, so that a new slug changes
// nothing; people are shown the slugs of today.
const (
	sqlTokens = `
select t.id, t.name, t.role, t.municipalities, t.organisations,
  array(select o.slug from organisation o where o.id = any(t.organisations) order by o.slug) as slugs,
  t.created_at, t.expires_at, t.revoked_at
from token t`

	tokenOfHash   = ` where t.hash = $1`
	tokensInOrder = ` order by t.id`

	sqlTokenInsert = `
insert into token (name, hash, role, municipalities, organisations, expires_at)
values ($1, $2, $3, $4, $5, $6)
returning id`

	// The first revocation counts.
	sqlTokenRevoke = `update token set revoked_at = coalesce(revoked_at, now()) where id = $1 returning id`

	sqlOrganisationSlugs = `select id from organisation where slug = any($1) order by id`
)
