package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
)

func TestLoadDemoIfEmpty(t *testing.T) {
	db := pgtest.New(t)
	for _, want := range []bool{true, false} {
		if loaded, err := loadDemoIfEmpty(t.Context(), db, 20); err != nil || loaded != want {
			t.Errorf("loaded %v, %v; want %v", loaded, err, want)
		}
	}
	var needs int
	if err := db.Get(&needs, `select count(*) from need`); err != nil || needs != 20 {
		t.Errorf("%d needs, %v; want 20", needs, err)
	}
}

func TestDemoCommand(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	for _, c := range []struct {
		args string
		says string // part of what is printed
		code needmap.Code
	}{
		{"--needs -1", "", needmap.CodeInvalid},
		{"--needs 30", "393 municipalities drawn", ""},
		{"--needs 30", "", needmap.CodeConflict},
		{"--needs 40 --seed 2 --replace", "40 needs", ""},
	} {
		var out bytes.Buffer
		app := root()
		app.Writer = &out
		args := append([]string{"needmap", "--database-url", dsn, "demo"}, strings.Fields(c.args)...)
		if err := app.Run(t.Context(), args); needmap.ErrorCode(err) != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("demo %s: %v, code %q wanted; printed %q, %q wanted", c.args, err, c.code, out.String(), c.says)
		}
	}
}
