package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// resultsDir takes one file a run; git ignores it.
const resultsDir = "bench/results"

// result is one figure. Times are medians in milliseconds.
type result struct {
	Work    string  `json:"work"`
	Unit    string  `json:"unit"`
	Floor   float64 `json:"floor,omitempty"`
	Needmap float64 `json:"needmap"`
	Ratio   float64 `json:"ratio,omitempty"`
	Aim     string  `json:"aim,omitempty"`
	Reached *bool   `json:"reached,omitempty"`
	Bytes   int     `json:"bytes,omitempty"` // mean size of an answer
	Samples int     `json:"samples,omitempty"`
}

// report prints each figure when it is there, and keeps all for the file.
type report struct {
	Began   time.Time     `json:"began"`
	Go      string        `json:"go"`
	CPUs    int           `json:"cpus"`
	Needs   int           `json:"needs"`
	Span    time.Duration `json:"span"`
	Rounds  int           `json:"rounds"`
	Results []result      `json:"results"`
}

func newReport(o options) *report {
	fmt.Printf("%d needs, %d CPUs, %s; medians of %d rounds of %s\n\n", o.needs, runtime.NumCPU(), runtime.Version(), o.rounds, o.span)
	fmt.Printf("%-60s %10s %10s %7s  %s\n", "work", "floor", "needmap", "ratio", "aim")
	return &report{Began: time.Now(), Go: runtime.Version(), CPUs: runtime.NumCPU(), Needs: o.needs, Span: o.span, Rounds: o.rounds}
}

func (r *report) add(x result) {
	r.Results = append(r.Results, x)
	floor, ratio, verdict := "", "", ""
	if x.Floor > 0 {
		floor, ratio = figure(x.Floor, x.Unit), fmt.Sprintf("%.2f×", x.Ratio)
	}
	if x.Reached != nil && !*x.Reached {
		verdict = "  MISSED"
	}
	fmt.Printf("%-60s %10s %10s %7s  %s%s\n", x.Work, floor, figure(x.Needmap, x.Unit), ratio, x.Aim, verdict)
}

// figure writes a number with three digits that count.
func figure(v float64, unit string) string {
	digits := 0
	switch {
	case v < 10:
		digits = 2
	case v < 100:
		digits = 1
	}
	return fmt.Sprintf("%.*f %s", digits, v, unit)
}

// compare reports medians as a multiple of the floor.
func (r *report) compare(l line, size int, floors, needmaps []time.Duration) {
	x := result{Work: l.name, Unit: "ms", Floor: milliseconds(median(floors)), Needmap: milliseconds(median(needmaps)),
		Bytes: size, Samples: min(len(floors), len(needmaps))}
	x.Ratio = x.Needmap / x.Floor
	if l.aim > 0 {
		reached := x.Ratio <= l.aim
		x.Aim, x.Reached = fmt.Sprintf("≤ %g×", l.aim), &reached
	}
	r.add(x)
}

// alone reports a median that has no floor.
func (r *report) alone(l line, size int, times []time.Duration) {
	x := result{Work: l.name, Unit: "ms", Needmap: milliseconds(median(times)), Bytes: size, Samples: len(times)}
	if l.most > 0 {
		reached := x.Needmap <= milliseconds(l.most)
		x.Aim, x.Reached = fmt.Sprintf("≤ %d ms", l.most.Milliseconds()), &reached
	}
	r.add(x)
}

// throughput reports requests a second with eight clients.
func (r *report) throughput(l line, span time.Duration, floors, needmaps int) {
	x := result{Work: fmt.Sprintf("%s, %d clients", l.name, clientsAtEight), Unit: "/s",
		Floor: float64(floors) / span.Seconds(), Needmap: float64(needmaps) / span.Seconds()}
	x.Ratio = x.Floor / x.Needmap
	r.add(x)
}

// imported reports how fast an import ran, from the start of the program to its end.
func (r *report) imported(needs, held int, took time.Duration) {
	rate := float64(needs) / took.Seconds()
	reached := rate >= minImport
	r.add(result{Work: fmt.Sprintf("%s, %d into %d", importLine, needs, held), Unit: "/s", Needmap: rate,
		Aim: fmt.Sprintf("≥ %d/s", minImport), Reached: &reached})
}

// maxResident is the aim for the server's memory in megabytes.
const maxResident = 150

func (r *report) memory(work string, s *server) error {
	megabytes, err := s.resident()
	reached := megabytes < maxResident
	r.add(result{Work: work, Unit: "MB", Needmap: megabytes, Aim: fmt.Sprintf("< %d MB", maxResident), Reached: &reached})
	return err
}

// save writes the figures to a file named by the time of the run.
func (r *report) save() error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(resultsDir, 0o755); err != nil {
		return err
	}
	file := filepath.Join(resultsDir, r.Began.UTC().Format("20060102T150405Z")+".json")
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Printf("\nwritten to %s\n", file)
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
