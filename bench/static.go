package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// staticEnv asks this program to serve one file; its value is "address file".
const staticEnv = "NEEDMAP_BENCH_STATIC"

// serveFileIfAsked turns a process that startStatic started into a file server,
// and then does not return. The floor has a process of its own, as needmap has.
func serveFileIfAsked() {
	address, file, asked := strings.Cut(os.Getenv(staticEnv), " ")
	if !asked {
		return
	}
	body, err := os.ReadFile(file)
	if err == nil {
		err = http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
		}))
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// startStatic serves a file at any path; stop ends it.
func startStatic(ctx context.Context, file string) (url string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return "", nil, err
	}
	run := exec.CommandContext(ctx, self)
	run.Env = append(os.Environ(), staticEnv+"="+address+" "+file)
	run.Stderr = os.Stderr
	if err := run.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _, _ = run.Process.Kill(), run.Wait() }
	if err := awaitReady(ctx, "http://"+address); err != nil {
		stop()
		return "", nil, err
	}
	return "http://" + address, stop, nil
}
