package export_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovainrete/needmap/internal/export"
	"github.com/innovainrete/needmap/internal/needmap"
)

func saying(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func checkDir(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(want) {
		t.Errorf("the directory holds %v, %v; want %d files", entries, err, len(want))
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, text)
		}
	}
}

// TestFilesAreWholeOrNotThere fails while the second of two files is written.
func TestFilesAreWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := export.WriteFiles(export.File{Path: a, Write: saying("old")}); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	half := func(w io.Writer) error { return errors.Join(saying("hal")(w), broken) }
	if err := export.WriteFiles(export.File{Path: a, Write: saying("new")}, export.File{Path: b, Write: half}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	checkDir(t, dir, map[string]string{"a": "old"})
	if err := export.WriteFiles(export.File{Path: a, Write: saying("new")}, export.File{Path: b, Write: saying("other")}); err != nil {
		t.Error(err)
	}
	checkDir(t, dir, map[string]string{"a": "new", "b": "other"})
	if info, err := os.Stat(a); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestFileBehindALink is written where the link leads.
func TestFileBehindALink(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "real"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(other, "real"), link); err != nil {
		t.Fatal(err)
	}
	if err := export.WriteFiles(export.File{Path: link, Write: saying("new")}); err != nil {
		t.Error(err)
	}
	checkDir(t, other, map[string]string{"real": "new"})
}

func TestPlacesWithoutAFile(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, os.DevNull, filepath.Join(dir, "nowhere", "a")} {
		var known *needmap.Error
		for _, err := range []error{export.CheckFile(path), export.WriteFiles(export.File{Path: path, Write: saying("x")})} {
			if !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != "out" {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if err := export.CheckFile(filepath.Join(dir, "new")); err != nil {
		t.Error(err)
	}
	checkDir(t, dir, nil)
}
