package gqlhttp

import (
	"context"
	"errors"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

var (
	errGone      = errors.New("the client is gone")
	errGoingDown = needmap.Errorf(needmap.CodeUnavailable, "", "the server is going down; resume from your last cursor")
	errUnknown   = needmap.Errorf(needmap.CodeUnavailable, "", "it can't be told for now who you are; resume from your last cursor")
	errExpired   = needmap.Errorf(needmap.CodeUnauthenticated, "", "your token has expired")
)

// watch waits until a stream has to end and says why: nil when ctx did, errGone
// when ping fails, a needmap.Error for the client otherwise.
func (s *server) watch(ctx context.Context, ping func() error) error {
	pings, checks := time.NewTicker(s.limits.PingEvery), time.NewTicker(s.limits.RecheckEvery)
	defer pings.Stop()
	defer checks.Stop()
	var expired <-chan time.Time
	if end := needmap.ViewerFrom(ctx).Expires; !end.IsZero() {
		timer := time.NewTimer(time.Until(end))
		defer timer.Stop()
		expired = timer.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-goingDown(ctx):
			return errGoingDown
		case <-expired:
			return errExpired
		case <-pings.C:
			if ping() != nil {
				return errGone
			}
		case <-checks.C:
			if err := s.checkAgain(ctx); err != nil {
				return err
			}
		}
	}
}

// checkAgain asks whether the caller still is who it was. As long as that can't
// be told, nothing more is shown either.
func (s *server) checkAgain(ctx context.Context) error {
	if s.recheck == nil {
		return nil
	}
	err := s.recheck(ctx)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	if known := new(needmap.Error); errors.As(err, &known) {
		return known
	}
	return errUnknown
}

// endedFor gives the error for the client with which a stream was ended, nil
// when the client itself ended it.
func endedFor(ctx context.Context) *needmap.Error {
	var known *needmap.Error
	errors.As(context.Cause(ctx), &known)
	return known
}
