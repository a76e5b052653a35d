//go:build linux

package localpg_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/needmap"
)

func openError(t *testing.T, dir string) error {
	t.Helper()
	c, err := localpg.Open(context.Background(), localpg.Options{DataDir: dir, Fast: true})
	if err == nil {
		_ = c.Close()
		t.Fatal("opened, want an error")
	}
	if code := needmap.ErrorCode(err); code != needmap.CodeUnavailable {
		t.Errorf("code %s, want UNAVAILABLE", code)
	}
	return err
}

func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q:\n%s", part, err)
		}
	}
}

func TestBlockedDirectory(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("left out: only root runs PostgreSQL as another user")
	}
	blocked := filepath.Join(tempDir(t), "closed")
	dir := filepath.Join(blocked, "data")
	must(t, os.MkdirAll(dir, 0o755))
	must(t, os.Chmod(blocked, 0o700))
	err := openError(t, dir)
	var dirErr *localpg.DirError
	if !errors.As(err, &dirErr) || dirErr.Blocked != blocked {
		t.Errorf("error %#v, want a DirError that blames %s", err, blocked)
	}
	wantText(t, err, "chmod o+x "+blocked+")", "--data-dir /var/lib/needmap")
}

func TestDataOfAnotherVersion(t *testing.T) {
	dir := tempDir(t)
	must(t, os.Mkdir(filepath.Join(dir, "pg"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "pg", "PG_VERSION"), []byte("9.6\n"), 0o600))
	err := openError(t, dir)
	var version *localpg.VersionError
	if !errors.As(err, &version) || version.Have != "9.6" {
		t.Errorf("error %#v, want a VersionError for 9.6", err)
	}
	wantText(t, err, dir, "postgresql-9.6-postgis-3", "--data-dir")
	wantNothingLeft(t, dir)
}

func TestDirectoryIsAFile(t *testing.T) {
	file := filepath.Join(tempDir(t), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	wantText(t, openError(t, file), file, "can't be used")
}

// A link planted in place of a lock must not lead anywhere.
func TestLockIsALink(t *testing.T) {
	dir := tempDir(t)
	target := filepath.Join(dir, "target")
	must(t, os.Symlink(target, filepath.Join(dir, "users.lock")))
	openError(t, dir)
	if _, err := os.Stat(target); !os.IsNotExist(err) {
		t.Errorf("the target of the link: %v, want it absent", err)
	}
}

func TestBrokenClusterTellsWhy(t *testing.T) {
	dir := madeDir(t)
	must(t, open(t, dir).Close())
	must(t, os.Remove(filepath.Join(dir, "pg", "global", "pg_control")))
	c, err := localpg.Open(context.Background(), localpg.Options{DataDir: dir, Fast: true})
	if err == nil {
		_ = c.Close()
		t.Fatal("opened a cluster without its control file")
	}
	wantText(t, err, "pg_control", "postgres.log")
	wantNothingLeft(t, dir)
}
