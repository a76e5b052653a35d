package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// Territory gives the municipalities and their boundaries as they are now.
type Territory interface {
	Snapshot() (*needmap.Atlas, *territory.Registry)
}

// NeedLists finds needs. Pages come with whether more follow.
type NeedLists interface {
	FindNeeds(ctx context.Context, c needmap.NeedCriteria, order needmap.NeedOrder, p needmap.Page, withTotal bool) (needmap.NeedPage, error)
	FindNeedsPerGroup(context.Context, [][]int, needmap.NeedCriteria, needmap.NeedOrder, needmap.Page) ([][]*needmap.Need, []bool, error)
	CountNeeds(context.Context, needmap.NeedCriteria) (int, error)
	NeedsByID(context.Context, needmap.Access, []int64) ([]*needmap.Need, error)
	NeedsMergedInto(context.Context, needmap.Access, []int64) ([]*needmap.Need, error)
	NeedsOfSuspensions(context.Context, needmap.Access, []int64) ([]*needmap.Need, error)
}

// NeedFigures adds needs up and lays them on a map.
type NeedFigures interface {
	TallyNeeds(context.Context, needmap.NeedCriteria) ([]needmap.LocalTally, error)
	FindNeedFeatures(context.Context, needmap.NeedCriteria, int) ([]needmap.NeedFeature, error)
}

// NeedDetails finds what belongs to needs.
type NeedDetails interface {
	Responses(context.Context, []int64) (map[int64][]*needmap.Response, error)
	ResponsesByID(context.Context, needmap.Access, []int64) ([]*needmap.Response, error)
	NeedEvents(context.Context, []int64) (map[int64][]*needmap.NeedEvent, error)
}

// Organisations finds cooperatives and partners.
type Organisations interface {
	FindOrganisations(context.Context, needmap.OrganisationCriteria, needmap.Page) ([]*needmap.Organisation, bool, error)
	FindOrganisationsPerGroup(context.Context, needmap.OrganisationRelation, [][]int, needmap.OrganisationCriteria, needmap.Page) ([][]*needmap.Organisation, []bool, error)
	CountOrganisations(context.Context, needmap.OrganisationCriteria) (int, error)
	CountOrganisationsPerGroup(context.Context, needmap.OrganisationRelation, [][]int, needmap.OrganisationCriteria) ([]int, error)
	CooperativeBySlug(context.Context, string) (*needmap.Organisation, error)
	OrganisationsByID(context.Context, []int) ([]*needmap.Organisation, error)
	Specialists(context.Context, []int) (map[int][]*needmap.Specialists, error)
}

// Services finds services and their suspensions.
type Services interface {
	FindServices(context.Context, needmap.ServiceCriteria, needmap.Page) ([]*needmap.Service, bool, error)
	FindServicesPerGroup(context.Context, needmap.ServiceRelation, [][]int, needmap.ServiceCriteria, needmap.Page) ([][]*needmap.Service, []bool, error)
	CountServices(context.Context, needmap.ServiceCriteria) (int, error)
	CountServicesPerGroup(context.Context, needmap.ServiceRelation, [][]int, needmap.ServiceCriteria) ([]int, error)
	ServicesByID(context.Context, []int) ([]*needmap.Service, error)
	ServiceAreas(context.Context, []int) (map[int][]int, error)
	Suspensions(context.Context, []int) (map[int][]*needmap.Suspension, error)
	SuspensionsByID(context.Context, []int) ([]*needmap.Suspension, error)
}

// NetworkFigures gives the network's name and figures.
type NetworkFigures interface {
	PublishedFigures(context.Context) (string, needmap.PublishedFigures, error)
	ComputedFigures(context.Context) (needmap.ComputedFigures, error)
}

// Store is all of it: what the resolvers read from.
type Store interface {
	NeedLists
	NeedFigures
	NeedDetails
	Organisations
	Services
	NetworkFigures
	NeedWrites
	ResponseWrites
	Suggestions
	CoverageViews
	DirectoryWrites
	Calendar
	Changes
}
