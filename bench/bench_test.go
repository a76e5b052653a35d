package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadLog(t *testing.T) {
	// client, number, time in µs, script, and when as seconds and µs
	const log = "0 1 1520 3 1795341600 120\n1 2 87 0 1795341600 99120\n"
	times, err := readLog(strings.NewReader(log))
	if want := []time.Duration{1520 * time.Microsecond, 87 * time.Microsecond}; err != nil || !slices.Equal(times, want) {
		t.Errorf("readLog gave %v, %v; want %v", times, err, want)
	}
	for _, bad := range []string{"0 1 1520\n", "0 1 skipped 3 1795341600 120\n"} {
		if times, err := readLog(strings.NewReader(bad)); err == nil {
			t.Errorf("readLog(%q) gave %v and no error", bad, times)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct{ times, want string }{
		{"", "0s"}, {"3ms", "3ms"}, {"9ms 1ms 2ms", "2ms"}, {"4ms 1ms 3ms 2ms", "3ms"},
	} {
		var times []time.Duration
		for _, text := range strings.Fields(c.times) {
			d, err := time.ParseDuration(text)
			if err != nil {
				t.Fatal(err)
			}
			times = append(times, d)
		}
		if got := median(times); got.String() != c.want {
			t.Errorf("median(%s) = %s, want %s", c.times, got, c.want)
		}
	}
}

func TestFigure(t *testing.T) {
	for want, v := range map[string]float64{"0.12 ms": 0.1234, "9.99 ms": 9.99, "12.3 ms": 12.34, "999 ms": 999.4} {
		if got := figure(v, "ms"); got != want {
			t.Errorf("figure(%v) = %q, want %q", v, got, want)
		}
	}
}
