package needmap

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Write is a request to change something: who makes it, and how it is known when
// it comes again.
type Write struct {
	Access    Access
	Actor     string // as the history names it
	Role      Role
	Operation string   // name of the mutation
	Key       string   // the client's idempotency key; "" for none
	Request   [32]byte // SHA-256 of the input
}

// MaxKeyRunes bounds an idempotency key.
const MaxKeyRunes = 200

// NewWrite describes a mutation by the caller, who has to be checked already.
// The input's hash tells a repeated request from another one with the same key.
func (v Viewer) NewWrite(access Access, operation string, key *string, input any) (Write, error) {
	w := Write{Access: access, Actor: v.Actor, Role: v.Role, Operation: operation}
	if key != nil {
		if err := checkKey(*key); err != nil {
			return w, err
		}
		w.Key = *key
	}
	data, err := json.Marshal(input)
	if err != nil {
		return w, err
	}
	w.Request = sha256.Sum256(append([]byte(operation+"\n"), data...))
	return w, nil
}

func checkKey(key string) error {
	if key == "" || len([]rune(key)) > MaxKeyRunes || HoldsControl(key) {
		return Invalid("idempotencyKey", "an idempotency key is a text of 1 to %d characters without control characters", MaxKeyRunes)
	}
	return nil
}

// Part puts the name of a part of an input before the field that an error
// names: Part("needs.3", err) makes severity needs.3.severity.
func Part(prefix string, err error) error {
	if err == nil {
		return nil
	}
	known := new(Error)
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var parts []error
		for _, e := range joined.Unwrap() {
			parts = append(parts, Part(prefix, e))
		}
		return errors.Join(parts...)
	}
	if !errors.As(err, &known) {
		return err
	}
	placed := *known
	placed.Field = strings.TrimSuffix(prefix+"."+known.Field, ".")
	return &placed
}

// Mistakes gives the errors of an input that its sender can mend, INVALID and
// CONFLICT, when err holds nothing else; otherwise nil.
func Mistakes(err error) []*Error {
	var list []*Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			more := Mistakes(e)
			if more == nil {
				return nil
			}
			list = append(list, more...)
		}
		return list
	}
	var known *Error
	if errors.As(err, &known) && slices.Contains([]Code{CodeInvalid, CodeConflict}, known.Code) {
		return []*Error{known}
	}
	return nil
}

// Stale is the CONFLICT of a version: the caller knew an older one.
func Stale(known, current int, changes []NeedEvent) *Error {
	e := Errorf(CodeConflict, "version", "the version is %d, not %d: somebody changed it meanwhile", current, known)
	if known > current {
		e = Errorf(CodeConflict, "version", "the version is %d; there is no version %d yet", current, known)
	}
	e.Detail = &Detail{CurrentVersion: &current, Changes: changes}
	return e
}

// isBlank reports whether a text is missing or says nothing.
func isBlank(text *string) bool { return text == nil || strings.TrimSpace(*text) == "" }

// joinWords lists words of a closed set for people: A, B and C.
func joinWords[E Enum](words []E) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	switch len(texts) {
	case 0:
		return "nothing"
	case 1:
		return texts[0]
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}
