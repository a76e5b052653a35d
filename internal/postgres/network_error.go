package postgres

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"
)

// ConnectReason says why a connection failed, for a person at a terminal, where
// the reason is known to hold no password: after a colon, or nothing.
func ConnectReason(err error) string {
	var pqErr *pq.Error
	var netErr *net.OpError
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported):
		return ": it has no TLS; add sslmode=disable if that is meant"
	case errors.As(err, &pqErr):
		return ": " + pqErr.Message
	case errors.As(err, &netErr):
		return ": " + netErr.Err.Error()
	}
	return ""
}

// isNetwork reports whether the connection, not the statement, broke.
func isNetwork(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
