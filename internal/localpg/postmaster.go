package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// postmaster is a running PostgreSQL, our child.
type postmaster struct {
	process *os.Process
	exited  chan struct{} // closed when it has ended
}

// settings are given on the command line, so that a newer needmap brings newer
// ones to an old cluster. They suit a small machine that also runs the server.
var settings = map[string]string{
	"cluster_name":            "needmap",
	"listen_addresses":        "", // Unix socket only
	"port":                    "5432",
	"unix_socket_permissions": "0700",
	"shared_buffers":          "256MB",
	"work_mem":                "32MB",
	"maintenance_work_mem":    "256MB",
	"effective_cache_size":    "1GB",
	"random_page_cost":        "1.1",
	"jit":                     "off", // compiling costs more than our short queries
	"wal_compression":         "on",
	"max_wal_size":            "4GB",
	"checkpoint_timeout":      "15min",
	"log_checkpoints":         "off",
	"log_error_verbosity":     "terse", // details would hold values of rows
	"timezone":                "UTC",
	"log_timezone":            "UTC",
	"lc_messages":             "C",
}

// fastSettings are for tests, whose data may be lost at any time.
var fastSettings = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"autovacuum":         "off",
	"shared_buffers":     "128MB",
	"max_connections":    "300",
	"max_wal_size":       "256MB",
}

// command prepares one of PostgreSQL's programs to run as the cluster's owner,
// with none of our environment: PG* variables would change what it does.
func (s *supervisor) command(ctx context.Context, sig syscall.Signal, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.plan.Bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.home.owner.credential()}
	dieWithParent(cmd.SysProcAttr, sig)
	return cmd
}

// initialise makes the cluster if there is none. It grows under another name,
// so that one that was cut short is never taken for whole.
func (s *supervisor) initialise(ctx context.Context) error {
	pgData := s.home.pgData()
	if _, err := os.Stat(filepath.Join(pgData, "PG_VERSION")); err == nil {
		return nil
	}
	var err error
	// Some systems do not know C.UTF-8.
	for _, locale := range []string{"C.UTF-8", "C"} {
		if err = s.initdb(ctx, pgData+".new", locale); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if err := os.Rename(pgData+".new", pgData); err != nil {
		return err
	}
	return syncDir(s.home.dir)
}

func (s *supervisor) initdb(ctx context.Context, dir, locale string) error {
	if err := s.home.owner.makePrivateDir(dir); err != nil {
		return err
	}
	// "trust" is safe here: the only way in is a socket in a directory that
	// nobody but the cluster's user and root may enter.
	args := []string{"--pgdata=" + dir, "--username=" + superuser, "--encoding=UTF8", "--locale=" + locale,
		"--auth-local=trust", "--auth-host=reject", "--no-instructions"}
	if s.plan.Fast {
		args = append(args, "--no-sync")
	}
	out, err := s.command(ctx, syscall.SIGKILL, "initdb", args...).CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("initdb failed (%w):\n%s", err, lastLines(out))
	}
	return nil
}

// syncDir makes a rename in dir outlast a power cut.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// start runs PostgreSQL and returns when it answers.
func (s *supervisor) start(ctx context.Context) (*postmaster, error) {
	if err := s.home.owner.makePrivateDir(s.home.socketDir()); err != nil {
		return nil, err
	}
	log, err := s.home.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := s.command(context.Background(), syscall.SIGINT, "postgres", s.serverArgs()...)
	cmd.Stdout, cmd.Stderr = log, log
	from := fileSize(log)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &postmaster{process: cmd.Process, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(p.exited)
	}()
	if err := s.awaitAnswer(ctx, p); err != nil {
		p.stop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("PostgreSQL did not start (%w); the end of %s:\n%s",
			err, s.home.logPath(), lastLines(readFrom(s.home.logPath(), from)))
	}
	return p, nil
}

func (s *supervisor) serverArgs() []string {
	args := []string{"-D", s.home.pgData(), "-c", "unix_socket_directories=" + s.home.socketDir()}
	for k, v := range settings {
		args = append(args, "-c", k+"="+v)
	}
	if s.plan.Fast { // later ones win
		for k, v := range fastSettings {
			args = append(args, "-c", k+"="+v)
		}
	}
	return args
}

// awaitAnswer waits for the first connection. Recovery after a crash may take
// minutes: only the end of PostgreSQL or of ctx ends the waiting.
func (s *supervisor) awaitAnswer(ctx context.Context, p *postmaster) error {
	return poll(ctx, func() (bool, error) {
		select {
		case <-p.exited:
			return false, errors.New("it ended by itself")
		default:
			return ping(ctx, s.home.dsn("postgres")) == nil, nil
		}
	})
}

// stop ends PostgreSQL: by fast shutdown, and if that takes too long, harder.
func (p *postmaster) stop() {
	for _, step := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, 15 * time.Second}, {syscall.SIGQUIT, 3 * time.Second}, {syscall.SIGKILL, time.Second}} {
		_ = p.process.Signal(step.sig) // fails when it has ended
		select {
		case <-p.exited:
			return
		case <-time.After(step.wait):
		}
	}
}

// maxLog is the size in bytes at which a log is put aside at the next start.
const maxLog = 1 << 20

// openLog opens the log that PostgreSQL and the supervisor write to; one older
// log is kept.
func (h home) openLog() (*os.File, error) {
	path := h.logPath()
	if info, err := os.Lstat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
}

func fileSize(f *os.File) int64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// readFrom reads what was written to a file since it was from bytes long.
func readFrom(path string, from int64) []byte {
	text, err := os.ReadFile(path)
	if err != nil || int64(len(text)) < from {
		return nil
	}
	return text[from:]
}

// lastLines keeps the end of a program's output, where the reason is.
func lastLines(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}
