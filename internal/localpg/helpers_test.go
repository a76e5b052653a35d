//go:build linux

package localpg_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/localpg"
)

// userEnv turns the test binary into a user of the cluster in that directory.
const userEnv = "LOCALPG_TEST_USER"

func TestMain(m *testing.M) {
	localpg.RunSupervisorIfAsked()
	if dir := os.Getenv(userEnv); dir != "" {
		os.Exit(beUser(dir))
	}
	// Under the race detector, a process sleeps for a second before it ends, and
	// the supervisor inherits this.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	if free("/dev/shm") > 1<<30 { // PostgreSQL makes many files, much quicker in memory
		os.Setenv("TMPDIR", "/dev/shm")
	}
	dir, err := os.MkdirTemp("", "localpg")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	model = filepath.Join(dir, "model")
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// free gives the free bytes of the file system of a directory; 0 if unknown.
func free(dir string) uint64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0
	}
	return st.Bavail * uint64(st.Bsize)
}

// model is where madeDir keeps the cluster that it copies.
var model string

// beUser opens the cluster, says so, and closes it when its input ends.
func beUser(dir string) int {
	c, err := localpg.Open(context.Background(), localpg.Options{DataDir: dir, Fast: true})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := c.Close(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

type userProcess struct {
	*exec.Cmd
	stdin io.Closer
}

// startUser runs a user in a process of its own until it has opened the cluster.
func startUser(t *testing.T, binary, dir string, as *syscall.Credential) userProcess {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), userEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	cmd.Dir = "/"
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	must(t, err)
	if line != "open\n" {
		t.Fatalf("user process: %s", line)
	}
	return userProcess{cmd, stdin}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tempDir is a directory that the cluster's user can reach.
func tempDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o711))
	must(t, os.Chmod(filepath.Dir(dir), 0o711))
	return dir
}

// madeDir is a temporary directory in which the cluster exists already: a copy,
// since initdb takes most of a test's time.
func madeDir(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(model); err != nil {
		must(t, os.Chmod(filepath.Dir(model), 0o711))
		must(t, open(t, model).Close())
	}
	dir := tempDir(t)
	out, err := exec.Command("cp", "-a", filepath.Join(model, "pg"), dir).CombinedOutput()
	if err != nil {
		t.Fatalf("cp: %v: %s", err, out)
	}
	return dir
}

func open(t *testing.T, dir string) *localpg.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := localpg.Open(ctx, localpg.Options{DataDir: dir, Fast: true})
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask runs a query that gives one text, on a connection of its own.
func ask(t *testing.T, c *localpg.Cluster, query string) string {
	t.Helper()
	text, err := tryAsk(c, query)
	must(t, err)
	return text
}

func tryAsk(c *localpg.Cluster, query string) (text string, err error) {
	db, err := sql.Open("postgres", c.DSN("needmap"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	return text, db.QueryRow(query).Scan(&text)
}

// processes finds whatever runs in or for a directory: pid to command line.
func processes(t *testing.T, dir string) map[int]string {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	must(t, err)
	found := map[int]string{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		cmdline, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		cwd, _ := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if strings.Contains(string(cmdline), dir) || strings.HasPrefix(cwd, dir) {
			found[pid] = strings.ReplaceAll(string(cmdline), "\x00", " ")
		}
	}
	return found
}

// processLike gives the one process of the directory whose command line begins so.
func processLike(t *testing.T, dir, prefix string) int {
	t.Helper()
	var pids []int
	for pid, cmdline := range processes(t, dir) {
		if strings.HasPrefix(cmdline, prefix) {
			pids = append(pids, pid)
		}
	}
	if len(pids) != 1 {
		t.Fatalf("processes %q in %s: %v, want one", prefix, dir, pids)
	}
	return pids[0]
}

const supervisorTitle = "needmap: supervisor"

// eventually polls until ok, for 20 seconds at most.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("not within 20 s: %s", what)
		case <-tick.C:
		}
	}
}

func wantNothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left := processes(t, dir); len(left) > 0 {
		t.Errorf("processes left: %v", left)
	}
}

func awaitNothingLeft(t *testing.T, dir string) {
	t.Helper()
	eventually(t, "no process is left", func() bool { return len(processes(t, dir)) == 0 })
}
