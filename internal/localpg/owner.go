package localpg

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the system user that PostgreSQL runs as.
type owner struct {
	UID, GID uint32
	Name     string
}

// findOwner says who runs the cluster: ourselves, except that PostgreSQL
// refuses to run as root. Root lends it to the owner of an existing cluster,
// else to postgres, else to nobody.
func findOwner(pgData string) (owner, error) {
	if uid := os.Geteuid(); uid != 0 {
		return owner{UID: uint32(uid), GID: uint32(os.Getegid()), Name: "uid " + strconv.Itoa(uid)}, nil
	}
	info, err := os.Stat(pgData)
	if err == nil {
		if st := info.Sys().(*syscall.Stat_t); st.Uid != 0 {
			return owner{UID: st.Uid, GID: st.Gid, Name: userName(st.Uid)}, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return owner{}, &DirError{Dir: pgData, cause: err}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if o, err := lookupOwner(name); err == nil {
			return o, nil
		}
	}
	return owner{}, errors.New("PostgreSQL refuses to run as root, and this system has neither a user " +
		"postgres nor a user nobody: make one, or run needmap as an ordinary user")
}

func lookupOwner(name string) (owner, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return owner{}, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return owner{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return owner{UID: uint32(uid), GID: uint32(gid), Name: name}, err
}

func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}

// credential makes a child process run as the owner; nil when we are it. Root's
// supplementary groups are dropped.
func (o owner) credential() *syscall.Credential {
	if int(o.UID) == os.Geteuid() {
		return nil
	}
	return &syscall.Credential{Uid: o.UID, Gid: o.GID}
}

// makePrivateDir makes a directory anew that only the owner (and root) may
// enter, and empties it first.
func (o owner) makePrivateDir(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return os.Lchown(dir, int(o.UID), int(o.GID))
}

// checkReach checks that the owner may pass through dir and all its parents.
// Access control lists are not looked at, only the mode.
func (o owner) checkReach(dir string) error {
	if o.credential() == nil {
		return nil
	}
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return &DirError{Dir: dir, cause: err}
		}
		if !o.mayEnter(info) {
			return &DirError{Dir: dir, Blocked: d, User: o.Name}
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}

func (o owner) mayEnter(info fs.FileInfo) bool {
	st := info.Sys().(*syscall.Stat_t)
	switch {
	case st.Uid == o.UID:
		return info.Mode()&0o100 != 0
	case st.Gid == o.GID:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}
