package export

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/innovainrete/needmap/internal/needmap"
)

// File is a file to be written.
type File struct {
	Path  string
	Write func(io.Writer) error
}

// WriteFiles writes files that appear whole or not at all: each is written beside
// its place, and they take their places when all are written, the first named last.
// Only their owner may read them. INVALID, naming out, where one can't be written.
func WriteFiles(files ...File) error {
	written := make([]string, len(files))
	defer func() {
		for _, path := range written {
			if path != "" {
				os.Remove(path)
			}
		}
	}()
	targets := make([]string, len(files))
	for i, f := range files {
		var err error
		if targets[i], err = target(f.Path); err == nil {
			written[i], err = writeBeside(targets[i], f.Write)
		}
		if err != nil {
			return refused(f.Path, err)
		}
	}
	for i := len(files) - 1; i >= 0; i-- {
		if err := os.Rename(written[i], targets[i]); err != nil {
			return refused(files[i].Path, err)
		}
		written[i] = ""
	}
	return nil
}

// CheckFile refuses what can't become a file before any work is done: INVALID,
// naming out.
func CheckFile(path string) error {
	resolved, err := target(path)
	if err != nil {
		return err
	}
	if info, err := os.Stat(filepath.Dir(resolved)); err != nil || !info.IsDir() {
		return needmap.Invalid("out", "%s can't be written: there is no such directory", filepath.Base(path))
	}
	return nil
}

// target gives the place of a file, behind links. What is there has to be a file:
// a device would be replaced by one.
func target(path string) (string, error) {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", needmap.Invalid("out", "%s can't be written: it is there and is no file", filepath.Base(path))
	}
	return path, nil
}

// writeBeside writes a new file in the directory of another and gives its path.
func writeBeside(path string, write func(io.Writer) error) (beside string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// refused words what the system said of a file, without its paths.
func refused(path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	default:
		return err
	}
	return needmap.Invalid("out", "%s can't be written: %s", filepath.Base(path), err)
}
