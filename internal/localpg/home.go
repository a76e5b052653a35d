package localpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The lock files in the data directory. Their contents mean nothing.
const (
	usersLock      = "users.lock"      // shared: a user; exclusive: the supervisor while stopping
	startLock      = "start.lock"      // exclusive: whoever looks whether the server runs
	supervisorLock = "supervisor.lock" // exclusive: the supervisor, all its life
)

// maxSocketPath is the longest socket path in bytes that every system takes
// (Linux 107, macOS 103).
const maxSocketPath = 103

const socketName = ".s.PGSQL.5432"

// home is a data directory and the user that PostgreSQL runs as in it.
type home struct {
	dir   string // absolute, without symbolic links
	owner owner
}

// DefaultDataDir is where the cluster lives unless the user names another
// place: /var/lib/needmap for root, else needmap in $XDG_DATA_HOME or in
// ~/.local/share.
func DefaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/needmap"
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "needmap")
	}
	if dir, err := os.UserHomeDir(); err == nil {
		return filepath.Join(dir, ".local", "share", "needmap")
	}
	return ".needmap"
}

// prepareHome makes the data directory if need be, and checks that the user of
// the cluster can reach it.
func prepareHome(dir string) (home, error) {
	if dir == "" {
		dir = DefaultDataDir()
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return home{}, err
	}
	if err := makeDir(dir); err != nil {
		return home{}, &DirError{Dir: dir, cause: err}
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return home{}, &DirError{Dir: dir, cause: err}
	}
	h := home{dir: dir}
	if h.owner, err = findOwner(h.pgData()); err != nil {
		return home{}, err
	}
	return h, h.owner.checkReach(dir)
}

// makeDir makes dir and its parents. When we are root the cluster's user must
// be able to pass, whatever the umask is.
func makeDir(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return syscall.ENOTDIR
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	return os.Chmod(dir, mode)
}

func (h home) path(name string) string { return filepath.Join(h.dir, name) }
func (h home) pgData() string          { return h.path("pg") }
func (h home) logPath() string         { return h.path("postgres.log") }

// socketDir is in the data directory, or in /tmp when that path is too long for
// a socket. It follows from the data directory alone, never from TMPDIR, so
// that all commands agree on it.
func (h home) socketDir() string {
	dir := h.path("run")
	if len(filepath.Join(dir, socketName)) <= maxSocketPath {
		return dir
	}
	sum := sha256.Sum256([]byte(h.dir))
	return "/tmp/needmap-" + hex.EncodeToString(sum[:8])
}

func (h home) dsn(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=%s dbname=%s sslmode=disable application_name=needmap",
		dsnQuote(h.socketDir()), superuser, dsnQuote(database))
}

// openLock opens a lock file. Only its owner may: whoever could open it could
// keep the cluster from stopping.
func (h home) openLock(name string) (*os.File, error) {
	f, err := os.OpenFile(h.path(name), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, &DirError{Dir: h.dir, cause: err}
	}
	return f, nil
}

// lock takes the exclusive lock of a file, waiting with ctx. Closing the file
// releases it.
func (h home) lock(ctx context.Context, name string) (*os.File, error) {
	f, err := h.openLock(name)
	if err != nil {
		return nil, err
	}
	if err := waitLock(ctx, f, syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("waiting for another needmap command to start or stop PostgreSQL: %w", err)
	}
	return f, nil
}

// tryLock takes the exclusive lock of a file, or gives nil if it is held.
func (h home) tryLock(name string) (*os.File, error) {
	f, err := h.openLock(name)
	if err != nil {
		return nil, err
	}
	if ok, err := tryLock(f, syscall.LOCK_EX); !ok {
		f.Close()
		return nil, err
	}
	return f, nil
}

// waitGone waits until neither a supervisor nor its PostgreSQL is left.
func (h home) waitGone(ctx context.Context) error {
	f, err := h.lock(ctx, supervisorLock)
	if err != nil {
		return err
	}
	defer f.Close()
	return h.endOrphan(ctx)
}

// endOrphan stops a PostgreSQL whose supervisor was killed. The caller holds the
// supervisor's lock. It also clears a process id that a power cut left behind
// and that by now may be anybody's: PostgreSQL would refuse to start for it.
func (h home) endOrphan(ctx context.Context) error {
	pidFile := filepath.Join(h.pgData(), "postmaster.pid")
	pid := readPID(pidFile)
	if pid == 0 {
		return nil
	}
	if isPostmaster(pid, h.pgData()) {
		// It may be gone by now, which is as good.
		_ = syscall.Kill(pid, syscall.SIGINT)
	}
	err := poll(ctx, func() (bool, error) { return !isPostmaster(pid, h.pgData()), nil })
	if err != nil {
		return fmt.Errorf("stopping process %d: %w", pid, err)
	}
	if err := os.Remove(pidFile); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// readPID reads the first line of postmaster.pid; 0 when there is none.
func readPID(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 1 {
		return 0
	}
	return pid
}
