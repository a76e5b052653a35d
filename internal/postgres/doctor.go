package postgres

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Doctor examines a database; it changes nothing.
type Doctor struct{ db *sqlx.DB }

// NewDoctor makes a Doctor.
func NewDoctor(db *sqlx.DB) *Doctor { return &Doctor{db} }

// Check is one examination.
type Check struct {
	Name         string
	Run          func(context.Context) (Diagnosis, error)
	NeededByNext bool // the checks behind it mean nothing before its findings are mended
}

// Diagnosis is what a check found: nothing, with a detail, or findings.
type Diagnosis struct {
	Detail   string
	Findings []string
}

// Checks lists the examinations in their order. The first tell whether the
// others can run at all.
func (d *Doctor) Checks() []Check {
	return []Check{
		{"PostgreSQL and PostGIS", d.versions, true},
		{"migrations", d.migrations, true},
		{"indexes", d.indexes, false},
		{"rollup", d.rollup, false},
		{"services in memory", d.supply, false},
		{"orphaned rows", d.orphans, false},
	}
}

func (d *Doctor) versions(ctx context.Context) (Diagnosis, error) {
	var server, postgis string
	if err := d.db.QueryRowxContext(ctx, sqlVersions).Scan(&server, &postgis); err != nil {
		return Diagnosis{Findings: []string{"PostGIS does not answer: is the extension there? Run needmap migrate."}}, nil
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("PostgreSQL %s, PostGIS %s", server, postgis)}
	var major, minor int
	if _, err := fmt.Sscanf(postgis, "%d.%d", &major, &minor); err != nil || major < 3 || (major == 3 && minor < 1) {
		diagnosis.Findings = append(diagnosis.Findings, "PostGIS "+postgis+" is older than 3.1")
	}
	return diagnosis, nil
}

func (d *Doctor) migrations(ctx context.Context) (Diagnosis, error) {
	current, latest, err := MigrationStatus(ctx, d.db.DB)
	if err != nil {
		return Diagnosis{}, failed(err)
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("version %d of %d", current, latest)}
	if current != latest {
		diagnosis.Findings = append(diagnosis.Findings, fmt.Sprintf("the schema is at version %d, this program wants %d: run needmap migrate", current, latest))
	}
	return diagnosis, nil
}

func (d *Doctor) indexes(ctx context.Context) (Diagnosis, error) {
	var missing, invalid []string
	if err := d.db.SelectContext(ctx, &missing, sqlMissingIndexes, pq.Array(expectedIndexes)); err != nil {
		return Diagnosis{}, failed(err)
	}
	if err := d.db.SelectContext(ctx, &invalid, sqlInvalidIndexes); err != nil {
		return Diagnosis{}, failed(err)
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("%d expected, all there", len(expectedIndexes))}
	for _, name := range missing {
		diagnosis.Findings = append(diagnosis.Findings, "the index "+name+" is missing")
	}
	for _, name := range invalid {
		diagnosis.Findings = append(diagnosis.Findings, "the index "+name+" is not valid: REINDEX it")
	}
	return diagnosis, nil
}

func (d *Doctor) rollup(ctx context.Context) (Diagnosis, error) {
	var drift, cells, needs, triggers int
	if err := d.db.GetContext(ctx, &drift, sqlRollupDrift); err != nil {
		return Diagnosis{}, failed(err)
	}
	if err := d.db.QueryRowxContext(ctx, sqlRollupCells).Scan(&cells, &needs); err != nil {
		return Diagnosis{}, failed(err)
	}
	if err := d.db.GetContext(ctx, &triggers, sqlRollupTriggers); err != nil {
		return Diagnosis{}, failed(err)
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("%d cells equal to %d needs", cells, needs)}
	if drift > 0 {
		diagnosis.Findings = append(diagnosis.Findings, fmt.Sprintf("%d cells of the rollup differ from the needs", drift))
	}
	if triggers != rollupTriggers {
		diagnosis.Findings = append(diagnosis.Findings, fmt.Sprintf("%d of the %d triggers that keep the rollup are switched on", triggers, rollupTriggers))
	}
	return diagnosis, nil
}

// rollupTriggers is the number of triggers in the migration: insert, update,
// delete, truncate.
const rollupTriggers = 4

// supply looks for what tells servers that services changed.
func (d *Doctor) supply(ctx context.Context) (Diagnosis, error) {
	var triggers, services int
	if err := d.db.QueryRowxContext(ctx, sqlSupplyTriggers).Scan(&triggers, &services); err != nil {
		return Diagnosis{}, failed(err)
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("changes of %d services are told to servers", services)}
	if triggers != supplyTriggers {
		diagnosis.Findings = append(diagnosis.Findings, fmt.Sprintf(
			"%d of the %d triggers are switched on that tell servers when services change: coverage may be reported from old ones", triggers, supplyTriggers))
	}
	return diagnosis, nil
}

// supplyTriggers is the number of triggers in the migration: on services, where they
// serve, and their suspensions.
const supplyTriggers = 3

func (d *Doctor) orphans(ctx context.Context) (Diagnosis, error) {
	var outside int
	if err := d.db.GetContext(ctx, &outside, sqlOutside); err != nil {
		return Diagnosis{}, failed(err)
	}
	diagnosis := Diagnosis{Detail: fmt.Sprintf("%d kinds looked for, none found; %d needs lie outside every municipality", len(orphans), outside)}
	for _, kind := range orphans {
		var count int
		if err := d.db.GetContext(ctx, &count, kind.count); err != nil {
			return Diagnosis{}, failed(err)
		}
		if count > 0 {
			diagnosis.Findings = append(diagnosis.Findings, fmt.Sprintf("%d %s", count, kind.what))
		}
	}
	return diagnosis, nil
}
