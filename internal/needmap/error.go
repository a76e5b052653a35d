package needmap

import (
	"errors"
	"fmt"
	"runtime"
)

// Code says what kind of failure an Error is. The set is published as the
// GraphQL enum ErrorCode and reaches clients as extensions.code.
type Code string

const (
	CodeInvalid         Code = "INVALID"         // an argument is wrong; Error.Field names it
	CodeNotFound        Code = "NOT_FOUND"       // the named object does not exist
	CodeConflict        Code = "CONFLICT"        // the object changed, or another one stands in the way
	CodeUnauthenticated Code = "UNAUTHENTICATED" // no valid token where one is needed
	CodeForbidden       Code = "FORBIDDEN"       // the caller's role does not allow it
	CodeTooComplex      Code = "TOO_COMPLEX"     // the request costs more than the server grants
	CodeUnavailable     Code = "UNAVAILABLE"     // the database or another part is away for now
	CodeInternal        Code = "INTERNAL"        // a fault of ours; details are in the server's log only
)

// Codes lists every code, in the order of the published enum.
var Codes = []Code{
	CodeInvalid, CodeNotFound, CodeConflict, CodeUnauthenticated,
	CodeForbidden, CodeTooComplex, CodeUnavailable, CodeInternal,
}

// Error is a failure that may be shown to a caller. Message never holds SQL, a
// path, a stack or personal data; anything that is not an Error is shown as
// INTERNAL with a fixed message.
type Error struct {
	Code    Code
	Field   string // the argument or column at fault, "" when there is none
	Message string
	Detail  *Detail // more for who can mend it; nil for most
	cause   error
}

// Detail tells more of an error in an input.
type Detail struct {
	Row            *int        // number of the row in a list, from 0
	Span           *Span       // the words that offend
	CurrentVersion *int        // of the object, when the caller's is stale
	Changes        []NeedEvent // what happened to the need since the caller's version
}

// Span is part of a text, in characters (runes) from 0, its end excluded.
type Span struct {
	Start, End int
	LooksLike  string // FISCAL_CODE, PHONE, EMAIL, IBAN or NAME_AND_ADDRESS
}

// Error returns the message alone: it is what callers see.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause, which is logged and never shown.
func (e *Error) Unwrap() error { return e.cause }

// Errorf makes an Error of any code.
func Errorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Invalid makes an INVALID error for one argument.
func Invalid(field, format string, args ...any) *Error {
	return Errorf(CodeInvalid, field, format, args...)
}

// NotFound makes a NOT_FOUND error.
func NotFound(format string, args ...any) *Error {
	return Errorf(CodeNotFound, "", format, args...)
}

// Unavailable hides a cause behind an UNAVAILABLE error.
func Unavailable(cause error, message string) *Error {
	return &Error{Code: CodeUnavailable, Message: message, cause: cause}
}

// ErrorCode gives the code of err: that of the first Error in its chain,
// INTERNAL for any other error, "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Panicked tells for a log of what was recovered from a panic: a fault of the
// program itself by its words, anything else by its type only, since it may hold
// words of a caller.
func Panicked(p any) string {
	if fault, ok := p.(runtime.Error); ok {
		return fault.Error()
	}
	return fmt.Sprintf("a %T", p)
}

// ErrTerritoryReplaced says that rows name a municipality that this server has yet
// to read.
var ErrTerritoryReplaced = Errorf(CodeUnavailable, "", "the territory is being replaced, ask again")
