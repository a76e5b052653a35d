//go:build linux

package localpg_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/innovainrete/needmap/internal/localpg"
)

func TestUsersShareTheClusterAndTheLastOneStopsIt(t *testing.T) {
	dir := tempDir(t)
	first := open(t, dir)
	second := open(t, dir)
	if !first.Started() || second.Started() {
		t.Errorf("Started() = %v, %v; want true, false", first.Started(), second.Started())
	}
	ask(t, first, `create table kept (x int); insert into kept values (7); select 'made'`)
	must(t, first.Close())
	if got := ask(t, second, `select x::text from kept`); got != "7" {
		t.Errorf("the second user reads %q after the first has left, want 7", got)
	}
	must(t, second.Close())
	wantNothingLeft(t, dir)
	must(t, second.Close()) // again does nothing

	third := open(t, dir)
	if !third.Started() {
		t.Error("Started() = false after a stop, want true")
	}
	if got := ask(t, third, `select x::text from kept`); got != "7" {
		t.Errorf("after a restart: %q, want 7", got)
	}
}

func TestNobodyElseCanConnect(t *testing.T) {
	dir := tempDir(t)
	c := open(t, dir)
	if got := ask(t, c, `show listen_addresses`); got != "" {
		t.Errorf("listen_addresses = %q, want none", got)
	}
	pg, err := os.Stat(filepath.Join(dir, "pg"))
	must(t, err)
	owner := pg.Sys().(*syscall.Stat_t).Uid
	if owner == 0 {
		t.Error("the cluster belongs to root")
	}
	for name, want := range map[string]os.FileMode{
		"pg": 0o700, "run": 0o700, "users.lock": 0o600, "start.lock": 0o600, "supervisor.lock": 0o600, "postgres.log": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s = %o, want %o", name, got, want)
		}
		if uid := info.Sys().(*syscall.Stat_t).Uid; info.IsDir() && uid != owner {
			t.Errorf("%s belongs to %d, want %d", name, uid, owner)
		}
	}
}

func TestSettings(t *testing.T) {
	c := open(t, madeDir(t))
	for name, want := range map[string]string{
		"server_encoding": "UTF8", "timezone": "UTC", "jit": "off", "random_page_cost": "1.1",
		"fsync": "off", "shared_buffers": "128MB", // Fast
	} {
		if got := ask(t, c, `select current_setting('`+name+`')`); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if got := ask(t, c, `select session_user || ' ' || current_setting('application_name')`); got != "needmap needmap" {
		t.Errorf("role and application: %s", got)
	}
}

func TestOpensAtTheSameMoment(t *testing.T) {
	dir := tempDir(t)
	const n = 5
	clusters := make([]*localpg.Cluster, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			clusters[i], errs[i] = localpg.Open(context.Background(), localpg.Options{DataDir: dir, Fast: true})
		})
	}
	wg.Wait()
	started := 0
	for i, c := range clusters {
		must(t, errs[i])
		defer c.Close()
		if c.Started() {
			started++
		}
		ask(t, c, `select 'there'`)
	}
	if started != 1 {
		t.Errorf("%d of %d started the server, want 1", started, n)
	}
}

// A user that comes while the last one leaves either finds the server or starts
// it anew, but never loses it.
func TestOpenDuringClose(t *testing.T) {
	dir := madeDir(t)
	c := open(t, dir)
	for range 8 {
		left := make(chan error, 1)
		go func(c *localpg.Cluster) { left <- c.Close() }(c)
		c = open(t, dir)
		ask(t, c, `select 'there'`)
		must(t, <-left)
		ask(t, c, `select 'still there'`)
	}
	must(t, c.Close())
	wantNothingLeft(t, dir)
}

func TestCancelledOpenLeavesNothing(t *testing.T) {
	dir := tempDir(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	result := make(chan error, 1)
	go func() {
		c, err := localpg.Open(ctx, localpg.Options{DataDir: dir, Fast: true})
		if err == nil {
			err = fmt.Errorf("opened (started: %v) although cancelled", c.Started())
		}
		result <- err
	}()
	eventually(t, "initdb runs", func() bool {
		_, err := os.Stat(filepath.Join(dir, "pg.new"))
		return err == nil
	})
	cancel()
	if err := <-result; err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("Open = %v, want context canceled", err)
	}
	wantNothingLeft(t, dir)
	ask(t, open(t, dir), `select 'whole'`)
}

func TestLongDirectoryHasAShortSocket(t *testing.T) {
	dir := filepath.Join(tempDir(t), strings.Repeat("long", 30), "dir")
	c := open(t, dir)
	socketDir := ask(t, c, `show unix_socket_directories`)
	if !strings.HasPrefix(socketDir, "/tmp/needmap-") {
		t.Errorf("socket directory %s, want one in /tmp", socketDir)
	}
	must(t, c.Close())
	if _, err := os.Stat(socketDir); !os.IsNotExist(err) {
		t.Errorf("socket directory after Close: %v, want it gone", err)
	}
}

func TestQuotesInTheDirectoryName(t *testing.T) {
	ask(t, open(t, filepath.Join(tempDir(t), `l'archivio \ dei bisogni`)), `select 'there'`)
}
