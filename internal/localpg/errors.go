package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// MissingError says that software is missing which the private cluster needs,
// and what to install. Its code is UNAVAILABLE (needmap.ErrorCode).
type MissingError struct {
	Missing []string // what was looked for in vain: "PostgreSQL", "PostGIS", "unaccent"
	Major   int      // the PostgreSQL that was found and lacks them; 0 for none
}

// Error gives the whole text for a person, with the commands to type.
func (e *MissingError) Error() string {
	where := "on this machine"
	debian := "postgresql postgresql-postgis"
	if e.Major != 0 {
		where = fmt.Sprintf("for the PostgreSQL %d on this machine", e.Major)
		debian = fmt.Sprintf("postgresql-%d postgresql-%d-postgis-3", e.Major, e.Major)
	}
	return fmt.Sprintf(`needmap keeps its data in PostgreSQL (%d or newer) with the extensions PostGIS and unaccent.
Not found %s: %s. Install what is missing:
  Debian, Ubuntu (as root):  apt-get install %s
  Fedora (as root):          dnf install postgresql-server postgresql-contrib postgis
  macOS:                     brew install postgresql@17 postgis
or name a server of your own, and none is started here:
  DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/DATABASE' needmap serve`,
		minMajor, where, strings.Join(e.Missing, ", "), debian)
}

// Unwrap gives the error its code.
func (e *MissingError) Unwrap() error { return needmap.Unavailable(nil, e.Error()) }

// VersionError says that a data directory was written by another major version
// of PostgreSQL than those that are installed. Its code is UNAVAILABLE.
type VersionError struct {
	Dir   string
	Have  string // the major version that wrote the data
	Found []int  // the major versions that are installed
}

// Error says what to install, and how to go on without.
func (e *VersionError) Error() string {
	found := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(e.Found)), ", "), "[]")
	return fmt.Sprintf(`the data in %s were written by PostgreSQL %s, and this machine has PostgreSQL %s.
Install PostgreSQL %s with PostGIS beside it (Debian: apt-get install postgresql-%s-postgis-3),
or name another directory with --data-dir to begin anew.`, e.Dir, e.Have, found, e.Have, e.Have)
}

// Unwrap gives the error its code.
func (e *VersionError) Unwrap() error { return needmap.Unavailable(nil, e.Error()) }

// DirError says that a data directory can't be used, and what to do. Its code
// is UNAVAILABLE.
type DirError struct {
	Dir     string
	Blocked string // the directory on its path that User may not enter, or ""
	User    string
	cause   error
}

// Error names the directory that stands in the way.
func (e *DirError) Error() string {
	switch {
	case e.Blocked != "":
		return fmt.Sprintf(`PostgreSQL runs as the user %s, who may not enter %s.
Allow it (chmod o+x %s), or name a directory that everybody may reach: --data-dir /var/lib/needmap`,
			e.User, e.Blocked, e.Blocked)
	case errors.Is(e.cause, fs.ErrPermission):
		return fmt.Sprintf(`the data directory %s can't be used: %v.
Run needmap as the user that it belongs to, or name another directory with --data-dir`, e.Dir, e.cause)
	}
	return fmt.Sprintf("the data directory %s can't be used: %v", e.Dir, e.cause)
}

// Unwrap gives the error its code.
func (e *DirError) Unwrap() error { return needmap.Unavailable(e.cause, e.Error()) }
