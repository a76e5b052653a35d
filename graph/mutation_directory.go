package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// DirectoryWrites changes the directory. Each method gives the key of the object
// that it wrote, the same for a request that is sent again.
type DirectoryWrites interface {
	OrganisationWrites
	ServiceWrites
	Specialisations
}

// directoryWrite is a mutation of the directory or the calendar: it checks the
// caller, writes, and reads what was written. What the caller can mend comes back
// as a list.
func directoryWrite[T any](ctx context.Context, r *Resolver, operation string, key *string, write func(needmap.Write) (int, error), read func(context.Context, int) (T, error)) (found T, mendable []*MutationError, err error) {
	w, err := r.coordinate(ctx, operation, key)
	if err == nil {
		var id int
		if id, err = write(w); err == nil {
			found, err = read(ctx, id)
			return found, []*MutationError{}, err
		}
	}
	mendable, err = mistakes(err)
	return found, mendable, err
}

// directoryDelete is directoryWrite for a removal of an object of a type.
func directoryDelete(ctx context.Context, r *Resolver, operation string, input DeleteInput, typeName string, remove func(needmap.Write, int) (int, error)) (*DeletePayload, error) {
	id, mendable, err := directoryWrite(ctx, r, operation, input.IdempotencyKey, func(w needmap.Write) (int, error) {
		key, err := smallKey("id", input.ID, typeName)
		if err != nil {
			return 0, err
		}
		return remove(w, key)
	}, func(context.Context, int) (*string, error) { return &input.ID, nil })
	return &DeletePayload{DeletedID: id, Errors: mendable}, err
}

// errWrittenGone answers a request that was sent again after another took away
// what it wrote.
var errWrittenGone = needmap.NotFound("what this request wrote was removed meanwhile")

// known reads an object in the version that the caller knows.
func known(id string, version int, typeName string) (needmap.Known, error) {
	key, err := smallKey("id", id, typeName)
	return needmap.Known{ID: key, Version: version}, err
}
