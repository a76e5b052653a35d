package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Network resolves the nested fields of the network.
func (r *Resolver) Network() NetworkResolver { return &networkResolver{r} }

type networkResolver struct{ *Resolver }

// Network gives the network and what it says of itself.
func (r *queryResolver) Network(ctx context.Context) (*Network, error) {
	name, published, err := r.Store.PublishedFigures(ctx)
	return &Network{Name: name, Published: &published, peers: newPeers("")}, err
}

// Computed counts the directory, once for computed and findings together.
func (r *networkResolver) Computed(ctx context.Context, n *Network) (*needmap.ComputedFigures, error) {
	computed, err := together(n.peers, "computed", func([]string) (needmap.ComputedFigures, error) {
		return r.Store.ComputedFigures(ctx)
	})
	return &computed, err
}

// Findings compares the published and the computed figures.
func (r *networkResolver) Findings(ctx context.Context, n *Network) ([]*needmap.DataQualityFinding, error) {
	computed, err := r.Computed(ctx, n)
	if err != nil {
		return nil, err
	}
	findings := needmap.Findings(*n.Published, *computed)
	list := make([]*needmap.DataQualityFinding, len(findings))
	for i := range findings {
		list[i] = &findings[i]
	}
	return list, nil
}
