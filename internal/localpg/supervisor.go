package localpg

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// supervisorEnv asks a program to be a supervisor; its value is a plan.
const supervisorEnv = "NEEDMAP_PG_SUPERVISOR"

// The descriptors that a supervisor is born with.
const (
	lockFD   = 3 // the supervisor's lock, held already: there is no moment without it
	reportFD = 4 // takes "ready", or what went wrong
)

const ready = "ready"

// plan is what a supervisor needs to know.
type plan struct {
	Dir  string
	Bin  string
	Fast bool
}

type supervisor struct {
	plan plan
	home home
}

// launch starts a supervisor, hands it its lock, and waits for its report.
func (c *Cluster) launch(ctx context.Context, lock *os.File) error {
	in, err := findInstallation(ctx, c.home.pgData())
	if err != nil {
		return err
	}
	log, err := c.home.openLog()
	if err != nil {
		return &DirError{Dir: c.home.dir, cause: err}
	}
	defer log.Close()
	report, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer report.Close()
	began := time.Now()
	err = spawn(plan{Dir: c.home.dir, Bin: in.bin, Fast: c.fast}, log, lock, theirs)
	theirs.Close()
	if err != nil {
		return err
	}
	if err := awaitReport(ctx, report); err != nil {
		return err
	}
	c.log.Info("started the private PostgreSQL", "data_dir", c.home.dir, "version", in.major,
		"took", time.Since(began).Round(time.Millisecond))
	return nil
}

// spawn starts this program again, away from our terminal and its Ctrl-C.
func spawn(p plan, log *os.File, inherited ...*os.File) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	self, err := selfPath()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Args = []string{"needmap: supervisor of PostgreSQL in " + p.Dir}
	cmd.Env = append(os.Environ(), supervisorEnv+"="+string(text))
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = inherited
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the supervisor of PostgreSQL: %w", err)
	}
	go func() { _ = cmd.Wait() }() // leaves no zombie; its report and log tell how it went
	return nil
}

// awaitReport reads the supervisor's report; the pipe also ends with it.
func awaitReport(ctx context.Context, report *os.File) error {
	stop := context.AfterFunc(ctx, func() { report.Close() })
	defer stop()
	text, err := io.ReadAll(bufio.NewReader(report))
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("starting the private PostgreSQL: %w", context.Cause(ctx))
	case err != nil:
		return err
	case string(text) == ready:
		return nil
	case len(text) == 0:
		return errors.New("starting the private PostgreSQL: its supervisor ended without a word")
	}
	return fmt.Errorf("starting the private PostgreSQL: %s", text)
}

// RunSupervisorIfAsked turns a process that Open started into the supervisor
// of a cluster, and then does not return. In any other process it does nothing.
// Call it first thing in main.
func RunSupervisorIfAsked() {
	text, asked := os.LookupEnv(supervisorEnv)
	if !asked {
		return
	}
	// PostgreSQL dies with the thread that starts it: make it the one that
	// lives as long as the process.
	runtime.LockOSThread()
	nameSelf()
	lock, report := os.NewFile(lockFD, supervisorLock), os.NewFile(reportFD, "report")
	syscall.CloseOnExec(lockFD)
	syscall.CloseOnExec(reportFD)
	err := supervise(text, report)
	runtime.KeepAlive(lock) // closing it would release the lock
	if err != nil {
		fmt.Fprintln(os.Stderr, "needmap:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func supervise(text string, report *os.File) error {
	err := run(text, func() { tell(report, ready) })
	if err != nil {
		tell(report, err.Error())
	}
	return err
}

// tell writes the one report; it is too late for a second.
func tell(report *os.File, text string) {
	_, _ = io.Copy(report, strings.NewReader(text)) // nobody listens any more: no matter
	report.Close()
}

// run keeps PostgreSQL running until the last user has gone.
func run(text string, onReady func()) error {
	var p plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	h, err := prepareHome(p.Dir)
	if err != nil {
		return err
	}
	users, err := h.openLock(usersLock)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		// Granted when nobody uses the cluster; kept until we end, so that
		// newcomers wait and then start it anew.
		if err := flock(users, syscall.LOCK_EX); err != nil {
			fmt.Fprintln(os.Stderr, "needmap: waiting for the users:", err)
		}
		stop()
	}()
	s := &supervisor{plan: p, home: h}
	err = s.keepRunning(ctx, onReady)
	runtime.KeepAlive(users)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *supervisor) keepRunning(ctx context.Context, onReady func()) error {
	if err := s.initialise(ctx); err != nil {
		return err
	}
	if err := s.home.endOrphan(ctx); err != nil {
		return err
	}
	for {
		p, err := s.startPatiently(ctx)
		if err != nil {
			return err
		}
		if err := s.createDatabase(ctx); err != nil {
			p.stop()
			return err
		}
		onReady()
		select {
		case <-ctx.Done():
			p.stop()
			return s.removeSocketDir()
		case <-p.exited: // killed, for want of memory perhaps: begin again
		}
	}
}

// startPatiently tries a few times: after a crash, what is left of the former
// PostgreSQL needs a moment to go.
func (s *supervisor) startPatiently(ctx context.Context) (*postmaster, error) {
	for wait := 200 * time.Millisecond; ; wait *= 2 {
		p, err := s.start(ctx)
		if err == nil || ctx.Err() != nil || wait > time.Second {
			return p, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// createDatabase makes sure of the database of that name.
func (s *supervisor) createDatabase(ctx context.Context) error {
	db, err := sql.Open("postgres", s.home.dsn("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	var there bool
	err = db.QueryRowContext(ctx, `select exists (select from pg_database where datname = $1)`, database).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = db.ExecContext(ctx, `create database `+database)
	return err
}

// removeSocketDir leaves nothing in /tmp.
func (s *supervisor) removeSocketDir() error { return os.RemoveAll(s.home.socketDir()) }
