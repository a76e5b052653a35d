package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Labels gives the words of every enum for people to read.
func (r *queryResolver) Labels(context.Context) ([]*EnumLabels, error) {
	lists := make([]*EnumLabels, len(needmap.Labels))
	for i, set := range needmap.Labels {
		list := &EnumLabels{Enum: set.Enum}
		for _, l := range set.Labels {
			list.Values = append(list.Values, &Label{Value: l.Value, It: l.It, En: l.En})
		}
		lists[i] = list
	}
	return lists, nil
}
