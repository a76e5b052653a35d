package needmap

import "slices"

// Access is what one caller may see of needs and do to them. It is the one
// policy: every path to a need (list, count, map, features, node, nested field,
// history, subscription, mutation) asks the caller's Access, and every statement
// on needs takes it.
type Access struct {
	Scope *Scope // nil: all needs
	Cells bool   // places are known as cells of the 1 km grid only
	write bool
}

// Scope is the part of the needs that an OPERATOR works with: those of some
// municipalities, those that some organisations reported, and those that they
// take up or offer to. The last it only sees, and answers for its organisations;
// the need itself is changed by the others. The slices are never nil.
type Scope struct {
	MunicipalityIDs []int
	OrganisationIDs []int
}

// Access gives what the caller may see and do. PUBLIC is UNAUTHENTICATED.
func (v Viewer) Access(atlas *Atlas) (Access, error) {
	switch v.Role {
	case RoleOperator:
		return Access{Scope: v.scope(atlas), write: true}, nil
	case RoleAnalyst:
		return Access{Cells: true}, nil
	case RoleCoordinator, RoleAdmin:
		return Access{write: true}, nil
	}
	return Access{}, Errorf(CodeUnauthenticated, "", "needs are shown to members of the network only")
}

// scope resolves the codes of an OPERATOR. A code that the territory no longer
// has stands for nothing.
func (v Viewer) scope(atlas *Atlas) *Scope {
	s := &Scope{MunicipalityIDs: []int{}, OrganisationIDs: append([]int{}, v.OrganisationIDs...)}
	for _, code := range v.Municipalities {
		units, err := atlas.Within("municipalities", code)
		if err != nil {
			continue
		}
		for _, m := range units {
			if !slices.Contains(s.MunicipalityIDs, m.ID) {
				s.MunicipalityIDs = append(s.MunicipalityIDs, m.ID)
			}
		}
	}
	return s
}

// NeedCriteria checks a filter and joins it to what the caller may see.
func (v Viewer) NeedCriteria(f *NeedFilter, atlas *Atlas) (NeedCriteria, error) {
	access, err := v.Access(atlas)
	if err != nil {
		return NeedCriteria{}, err
	}
	c, err := f.Criteria(atlas)
	c.Access = access
	return c, err
}

// Settled makes of a scope of municipalities alone what it is, a filter by
// municipality: what remains in Scope has organisations.
func (c NeedCriteria) Settled() NeedCriteria {
	if s := c.Scope; s != nil && len(s.OrganisationIDs) == 0 {
		c = c.Narrow(s.MunicipalityIDs)
		c.Scope = nil
	}
	return c
}

// MayWrite refuses who may not change needs: PUBLIC is UNAUTHENTICATED, a role
// that only reads FORBIDDEN.
func (v Viewer) MayWrite(atlas *Atlas) (Access, error) {
	access, err := v.Access(atlas)
	if err == nil && !access.write {
		err = Errorf(CodeForbidden, "", "the role %s reads and does not write", v.Role)
	}
	return access, err
}

// MayCoordinate refuses who may not write the directory and the calendar.
func (v Viewer) MayCoordinate() error {
	switch v.Role {
	case RoleCoordinator, RoleAdmin:
		return nil
	case RolePublic:
		return Errorf(CodeUnauthenticated, "", "only members of the network write")
	}
	return Errorf(CodeForbidden, "", "only the roles COORDINATOR and ADMIN do this, not %s", v.Role)
}

// MaySeeSupply refuses who may not know how full services are: that tells of
// the people who fill them.
func (v Viewer) MaySeeSupply() error {
	if v.Role == RolePublic {
		return Errorf(CodeUnauthenticated, "", "free capacity is shown to members of the network only")
	}
	return nil
}

// AnswersFor reports whether the caller may act for an organisation.
func (a Access) AnswersFor(organisationID int) bool {
	return a.write && (a.Scope == nil || slices.Contains(a.Scope.OrganisationIDs, organisationID))
}

// Places reports whether a need of a municipality, reported by an organisation,
// is within the caller's scope.
func (a Access) Places(municipalityID int, reportedBy *int) bool {
	return a.Scope == nil || slices.Contains(a.Scope.MunicipalityIDs, municipalityID) ||
		reportedBy != nil && slices.Contains(a.Scope.OrganisationIDs, *reportedBy)
}

// MayChange refuses who may not change a need that it sees: FORBIDDEN.
func (a Access) MayChange(n *Need) error {
	switch {
	case !a.write:
		return Errorf(CodeForbidden, "", "you may read needs and not change them")
	case !a.Places(n.MunicipalityID, n.ReportedByID):
		return Errorf(CodeForbidden, "", "you see this need for your organisation's answer to it: "+
			"it is changed by who works in its municipality, or reported it")
	}
	return nil
}

// MayDecide refuses who may not decide on a response: who may change the need
// may, and who acts for the organisation that answers. FORBIDDEN.
func (a Access) MayDecide(n *Need, r *Response) error {
	if a.AnswersFor(r.OrganisationID) {
		return nil
	}
	if a.MayChange(n) != nil {
		return Errorf(CodeForbidden, "", "this response belongs to another organisation than yours")
	}
	return nil
}
