package postgres

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// isNetwork reports whether the connection, not the statement, broke.
func isNetwork(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
