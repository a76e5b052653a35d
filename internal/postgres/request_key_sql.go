package postgres

const sqlForgetKeys = `
with old as (delete from request_key where at < now() - interval '30 days' returning 1) select count(*) from old`
