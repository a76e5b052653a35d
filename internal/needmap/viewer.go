package needmap

import "context"

// Viewer is the caller of a request.
type Viewer struct {
	Role   Role
	IsDemo bool // the server runs in demo mode
}

type viewerKey struct{}

// WithViewer gives a context that carries the caller.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerFrom gives the caller; a context without one has a PUBLIC caller.
func ViewerFrom(ctx context.Context) Viewer {
	if v, ok := ctx.Value(viewerKey{}).(Viewer); ok {
		return v
	}
	return Viewer{Role: RolePublic}
}

// MayReadNeeds is the one rule on who sees needs, in lists, counts, maps,
// features and by identifier: nobody without a role.
func (v Viewer) MayReadNeeds() error {
	if v.Role == RolePublic {
		return Errorf(CodeUnauthenticated, "", "needs are shown to members of the network only")
	}
	return nil
}

// transitions lists where a need may go from each status; a need that ended may
// be reopened as REPORTED.
var transitions = map[NeedStatus][]NeedStatus{
	StatusReported:   {StatusVerified, StatusClosed, StatusRejected},
	StatusVerified:   {StatusAssigned, StatusClosed, StatusRejected},
	StatusAssigned:   {StatusVerified, StatusInProgress, StatusClosed},
	StatusInProgress: {StatusAssigned, StatusMet, StatusClosed},
	StatusMet:        {StatusReported},
	StatusClosed:     {StatusReported},
	StatusRejected:   {StatusReported},
}

// AllowedTransitions lists the statuses that this caller may move a need to.
func (v Viewer) AllowedTransitions(from NeedStatus) []NeedStatus {
	switch v.Role {
	case RoleOperator, RoleCoordinator, RoleAdmin:
		return transitions[from]
	}
	return []NeedStatus{}
}
