package localpg

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// pollEvery is how often a state that sends no signal is looked at.
const pollEvery = 10 * time.Millisecond

// poll calls done until it says true or fails, or until ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// flock changes the lock of f; the kernel releases it when f's last descriptor
// is closed, thus on any end of the process.
func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// tryLock takes a lock (syscall.LOCK_SH or LOCK_EX) if it is free now.
func tryLock(f *os.File, how int) (bool, error) {
	err := flock(f, how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// waitLock takes a lock as soon as it is free, or gives up with ctx.
func waitLock(ctx context.Context, f *os.File, how int) error {
	return poll(ctx, func() (bool, error) { return tryLock(f, how) })
}
