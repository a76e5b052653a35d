package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// fakeInstallation puts programs in dir/bin that answer as PostgreSQL's do.
func fakeInstallation(t *testing.T, dir string, major int, extensions ...string) string {
	t.Helper()
	bin, share := filepath.Join(dir, "bin"), filepath.Join(dir, "share")
	if err := errors.Join(os.MkdirAll(bin, 0o755), os.MkdirAll(filepath.Join(share, "extension"), 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		"postgres":  fmt.Sprintf("postgres (PostgreSQL) %d.4 (Debian %d.4-1)", major, major),
		"initdb":    "",
		"pg_config": share,
	} {
		script := "#!/bin/sh\necho '" + says + "'\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, ext := range extensions {
		if err := os.WriteFile(filepath.Join(share, "extension", ext+".control"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestInstallations(t *testing.T) {
	root := t.TempDir()
	old := fakeInstallation(t, filepath.Join(root, "14"), 14, "postgis", "unaccent")
	onPath := fakeInstallation(t, filepath.Join(root, "15"), 15, "postgis", "unaccent")
	newer := fakeInstallation(t, filepath.Join(root, "16"), 16, "postgis", "unaccent")
	bare := fakeInstallation(t, filepath.Join(root, "17"), 17, "unaccent")

	path := strings.Join([]string{"relative", filepath.Join(root, "absent"), old, onPath}, string(os.PathListSeparator))
	got := installations(context.Background(), path, []string{filepath.Join(root, "*", "bin")})
	want := []installation{ // 14 is too old; 15 is there once; 17 lacks PostGIS
		{newer, 16, nil},
		{onPath, 15, nil},
		{bare, 17, []string{"PostGIS"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("installations = %v\nwant %v", got, want)
	}
}

func TestChoice(t *testing.T) {
	full15, full16, bare17 := installation{"a", 15, nil}, installation{"b", 16, nil}, installation{"c", 17, []string{"PostGIS"}}
	tests := []struct {
		name   string
		all    []installation
		have   string // version of the data; "" when there are none
		want   int
		errHas string
	}{
		{"none", nil, "", 0, "Not found on this machine: PostgreSQL, PostGIS, unaccent"},
		{"none, with data", nil, "15", 0, "Not found on this machine: PostgreSQL, PostGIS, unaccent"},
		{"best first", []installation{full16, full15, bare17}, "", 16, ""},
		{"incomplete only", []installation{bare17}, "", 0, "Not found for the PostgreSQL 17 on this machine: PostGIS"},
		{"the data's version wins", []installation{full16, full15, bare17}, "15", 15, ""},
		{"the data's version is incomplete", []installation{full16, full15, bare17}, "17", 0, "postgresql-17-postgis-3"},
		{"no such version", []installation{full16, full15}, "14", 0, "written by PostgreSQL 14, and this machine has PostgreSQL 16, 15."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got installation
			var err error
			if tt.have == "" {
				got, err = newest(tt.all)
			} else {
				got, err = matching(tt.all, "/data/pg", tt.have)
			}
			if tt.errHas == "" && (err != nil || got.major != tt.want) {
				t.Errorf("got %v, %v; want %d", got, err, tt.want)
			}
			if tt.errHas != "" && (err == nil || !strings.Contains(err.Error(), tt.errHas)) {
				t.Errorf("error %v, want %q in it", err, tt.errHas)
			}
		})
	}
}

func TestMissingErrorSaysWhatToInstall(t *testing.T) {
	_, err := newest(nil)
	var missing *MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("error %T, want *MissingError", err)
	}
	for _, part := range []string{
		"Debian, Ubuntu (as root):  apt-get install postgresql postgresql-postgis\n",
		"Fedora (as root):          dnf install postgresql-server postgresql-contrib postgis\n",
		"macOS:                     brew install postgresql@17 postgis\n",
		"DATABASE_URL='postgres://",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q:\n%s", part, err)
		}
	}
}
