package postgres

// sqlHoldsSynthetic looks for the demo's own rows.
const sqlHoldsSynthetic = `select exists (select from organisation where is_synthetic)
  or exists (select from need where is_synthetic)`
