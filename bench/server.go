package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a running needmap.
type server struct {
	process *exec.Cmd
	said    bytes.Buffer
	url     string
}

// startServer serves the site's database on a free port. env is added to the
// server's environment.
func (s *site) startServer(ctx context.Context, env []string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	r := &server{url: "http://" + address}
	r.process = exec.CommandContext(ctx, s.program, "--database-url", s.dsn, "serve", "--demo", "--listen", address)
	r.process.Env = append(os.Environ(), env...)
	r.process.Stdout, r.process.Stderr = &r.said, &r.said
	r.process.Cancel = func() error { return r.process.Process.Signal(syscall.SIGTERM) }
	if err := r.process.Start(); err != nil {
		return nil, err
	}
	if err := awaitReady(ctx, r.url+"/readyz"); err != nil {
		r.stop()
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, r.said.String())
	}
	return r, nil
}

func (r *server) stop() {
	_ = r.process.Process.Signal(syscall.SIGTERM) // fails when it has ended
	_ = r.process.Wait()                          // how it ended is no figure
}

// resident gives the server's resident memory in megabytes (1e6 bytes).
func (r *server) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kibibytes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			return float64(kibibytes) * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("the kernel does not say how much memory the server holds")
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

func awaitReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		response, err := http.Get(url)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
