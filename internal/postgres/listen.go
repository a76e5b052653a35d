package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"
)

// lookEvery is how often a listener says that there may be something to read
// without a notice, in case one was missed or a reading failed.
const lookEvery = 30 * time.Second

// listen follows a channel of the database until ctx ends, and says when there may
// be something new to read: at a notice, after a lost connection came back, since
// notices may have been missed, and now and then. What comes while one waits to be
// taken is one with it.
func listen(ctx context.Context, dsn, channel string) (<-chan struct{}, error) {
	listener := pq.NewListener(dsn, 100*time.Millisecond, 10*time.Second, nil)
	if err := listener.Listen(channel); err != nil {
		listener.Close()
		return nil, failed(err)
	}
	notices := make(chan struct{}, 1)
	go func() {
		defer listener.Close()
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-listener.Notify:
			case <-tick.C:
				go listener.Ping() // finds a connection that died without a word
			}
			select {
			case notices <- struct{}{}:
			default:
			}
		}
	}()
	return notices, nil
}
