// Package migrations holds the database schema as goose migrations, embedded
// into the binary. A migration that has landed is never edited.
package migrations

import "embed"

// FS holds the *.sql files.
//
//go:embed *.sql
var FS embed.FS
