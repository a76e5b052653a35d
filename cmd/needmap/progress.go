package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far a long command is: a bar on a terminal, a plain line
// for each step elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	bar      *progressbar.ProgressBar
}

// newProgress writes to out, usually standard error: standard output is for results.
func newProgress(out *os.File) *progress {
	return &progress{out: out, terminal: term.IsTerminal(int(out.Fd()))}
}

// Step begins a step of so many units, 0 when that is not known, and ends the
// one before.
func (p *progress) Step(what string, total int64) {
	p.Done()
	if !p.terminal {
		fmt.Fprintln(p.out, what)
		return
	}
	if total <= 0 {
		total = -1 // a spinner
	}
	p.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(p.out),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetRenderBlankState(true),
	)
}

// Add says that n more units of the step are done.
func (p *progress) Add(n int64) {
	if p.bar != nil {
		p.bar.Add64(n) //nolint:errcheck // a bar that can't be drawn must not stop the work
	}
}

// Done ends the last step and clears its bar.
func (p *progress) Done() {
	if p.bar != nil {
		p.bar.Finish() //nolint:errcheck // as above
		p.bar = nil
	}
}
