//go:build linux

package localpg_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestKilledUserLeavesNothing(t *testing.T) {
	dir := madeDir(t)
	u := startUser(t, "/proc/self/exe", dir, nil)
	if len(processes(t, dir)) < 2 {
		t.Fatalf("processes: %v, want the supervisor and PostgreSQL", processes(t, dir))
	}
	must(t, u.Process.Kill())
	awaitNothingLeft(t, dir)
}

func TestClusterOutlivesTheUserThatStartedIt(t *testing.T) {
	dir := madeDir(t)
	starter := startUser(t, "/proc/self/exe", dir, nil)
	c := open(t, dir)
	must(t, starter.Process.Kill())
	_ = starter.Wait() // it was killed
	ask(t, c, `select 'there'`)
	must(t, c.Close())
	wantNothingLeft(t, dir)
}

func TestKilledSupervisorLeavesNothing(t *testing.T) {
	dir := madeDir(t)
	c := open(t, dir)
	must(t, syscall.Kill(processLike(t, dir, supervisorTitle), syscall.SIGKILL))
	awaitNothingLeft(t, dir)
	must(t, c.Close())

	ask(t, open(t, dir), `select 'there again'`)
}

// Right after the kill, the old PostgreSQL still answers for a moment.
func TestOpenRightAfterTheSupervisorWasKilled(t *testing.T) {
	dir := madeDir(t)
	open(t, dir)
	must(t, syscall.Kill(processLike(t, dir, supervisorTitle), syscall.SIGKILL))
	c := open(t, dir)
	if !c.Started() {
		t.Error("joined a server that nobody supervises")
	}
	ask(t, c, `select 'there'`)
}

func TestTerminatedSupervisorStopsPostgreSQL(t *testing.T) {
	dir := madeDir(t)
	open(t, dir)
	must(t, syscall.Kill(processLike(t, dir, supervisorTitle), syscall.SIGTERM))
	awaitNothingLeft(t, dir)
}

func TestKilledPostgreSQLIsStartedAgain(t *testing.T) {
	dir := madeDir(t)
	c := open(t, dir)
	must(t, syscall.Kill(postmasterPID(t, dir), syscall.SIGKILL))
	eventually(t, "PostgreSQL answers again", func() bool {
		_, err := tryAsk(c, `select 'there'`)
		return err == nil
	})
	must(t, c.Close())
	wantNothingLeft(t, dir)
}

func TestTerminalSignalsDoNotReachTheCluster(t *testing.T) {
	dir := madeDir(t)
	open(t, dir)
	for _, pid := range []int{processLike(t, dir, supervisorTitle), postmasterPID(t, dir)} {
		group, err := syscall.Getpgid(pid)
		must(t, err)
		if group == syscall.Getpgrp() {
			t.Errorf("process %d is in our process group", pid)
		}
	}
}

func postmasterPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	must(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	n, err := strconv.Atoi(line)
	must(t, err)
	return n
}

// After a power cut, the pid in postmaster.pid may belong to anybody, even to
// another process of the same user; PostgreSQL would refuse to start.
func TestStaleProcessID(t *testing.T) {
	dir := madeDir(t)
	must(t, open(t, dir).Close())
	pg, err := os.Stat(filepath.Join(dir, "pg"))
	must(t, err)
	owner := pg.Sys().(*syscall.Stat_t)
	other := exec.Command("sleep", "100")
	other.Dir = "/"
	if os.Geteuid() == 0 {
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	must(t, other.Start())
	defer func() { _ = other.Process.Kill() }()

	pidFile := filepath.Join(dir, "pg", "postmaster.pid")
	must(t, os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s\n1\n5432\n%s\n\n1 1\nready\n",
		other.Process.Pid, filepath.Join(dir, "pg"), filepath.Join(dir, "run")), 0o600))
	must(t, os.Chown(pidFile, int(owner.Uid), int(owner.Gid)))
	ask(t, open(t, dir), `select 'there'`)
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the process that had nothing to do with it: %v", err)
	}
}

func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("left out: all these tests run as an ordinary user already")
	}
	u, err := user.Lookup("nobody")
	must(t, err)
	uid, err := strconv.Atoi(u.Uid)
	must(t, err)
	gid, err := strconv.Atoi(u.Gid)
	must(t, err)
	dir := tempDir(t)
	must(t, os.Chown(dir, uid, gid))
	binary := filepath.Join(dir, "user")
	self, err := os.ReadFile("/proc/self/exe")
	must(t, err)
	must(t, os.WriteFile(binary, self, 0o755))

	data := filepath.Join(dir, "data")
	p := startUser(t, binary, data, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)})
	// Root finds a cluster of somebody else's, and joins it.
	if c := open(t, data); c.Started() {
		t.Error("root started a second server")
	}
	must(t, p.stdin.Close())
	must(t, p.Wait())
}
