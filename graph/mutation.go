package graph

import (
	"context"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Mutation resolves what changes something.
func (r *Resolver) Mutation() MutationResolver { return &mutationResolver{r} }

type mutationResolver struct{ *Resolver }

// writeNeeds begins a mutation of needs: it checks that the caller may write and
// describes the request. operation is the mutation's name.
func (r *Resolver) writeNeeds(ctx context.Context, operation string, key *string) (needmap.Write, error) {
	viewer := needmap.ViewerFrom(ctx)
	access, err := viewer.MayWrite(r.atlas())
	if err != nil {
		return needmap.Write{}, err
	}
	return viewer.NewWrite(access, operation, key, sentInput(ctx))
}

// coordinate begins a mutation of the directory or the calendar.
func (r *Resolver) coordinate(ctx context.Context, operation string, key *string) (needmap.Write, error) {
	viewer := needmap.ViewerFrom(ctx)
	if err := viewer.MayCoordinate(); err != nil {
		return needmap.Write{}, err
	}
	access, err := viewer.Access(r.atlas())
	if err != nil {
		return needmap.Write{}, err
	}
	return viewer.NewWrite(access, operation, key, sentInput(ctx))
}

// sentInput is the input as the client sent it: the resolvers' own type can't tell
// an empty list from none.
func sentInput(ctx context.Context) any {
	variables := graphql.GetOperationContext(ctx).Variables
	return graphql.GetFieldContext(ctx).Field.ArgumentMap(variables)["input"]
}

// mistakes turns what the caller can mend into data of the payload. Any other
// error stays one of the request.
func mistakes(err error) ([]*MutationError, error) {
	list := []*MutationError{}
	if err == nil {
		return list, nil
	}
	known := needmap.Mistakes(err)
	if known == nil {
		return list, err
	}
	for _, e := range known {
		list = append(list, newMutationError(e))
	}
	return list, nil
}

func newMutationError(e *needmap.Error) *MutationError {
	m := &MutationError{Code: e.Code, Message: e.Message, Changes: []*NeedEvent{}}
	if e.Field != "" {
		m.Field = &e.Field
	}
	if d := e.Detail; d != nil {
		m.Row, m.CurrentVersion = d.Row, d.CurrentVersion
		if d.Span != nil {
			m.Span = &TextSpan{Start: d.Span.Start, End: d.Span.End, LooksLike: d.Span.LooksLike}
		}
		events := make([]*needmap.NeedEvent, len(d.Changes))
		for i := range d.Changes {
			events[i] = &d.Changes[i]
		}
		m.Changes = newNeedEvents(events)
	}
	return m
}

// needKey reads the identifier of a need in an input.
func needKey(field, id string) (int64, error) { return keyOf(field, id, 64, typeNeed) }

// smallKey reads the identifier of an object of one of some types in an input.
func smallKey(field, id string, types ...string) (int, error) {
	key, err := keyOf(field, id, 32, types...)
	return int(key), err
}

// optionalKey is smallKey for a part that may be missing.
func optionalKey(field string, id *string, types ...string) (*int, error) {
	if id == nil {
		return nil, nil
	}
	key, err := smallKey(field, *id, types...)
	return &key, err
}

func keyOf(field, id string, bits int, types ...string) (int64, error) {
	typeName, key, err := parseID(field, id)
	if err != nil {
		return 0, err
	}
	number, err := strconv.ParseInt(key, 10, bits)
	for _, wanted := range types {
		if typeName == wanted && err == nil && number > 0 {
			return number, nil
		}
	}
	return 0, needmap.Invalid(field, "this is no identifier of a %s", types[0])
}
