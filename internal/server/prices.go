package server

import (
	"github.com/innovainrete/needmap/graph/cost"
	"github.com/innovainrete/needmap/internal/needmap"
)

// prices tells the cost guard how long the lists are that no argument sizes, and
// which fields read more than a row.
func prices() cost.Options {
	return cost.Options{
		// A page of 500 needs with 20 fields and nested lists costs about 40,000;
		// the whole territory with everything beneath it does not pass.
		Limits:  cost.Limits{Cost: 100_000},
		MaxPage: needmap.MaxPage,
		Prices: map[string]cost.Price{
			// By their bytes: a territory has a megabyte, a boundary some kilobytes.
			"Query.territory":       {Self: 20_000},
			"Municipality.boundary": {Self: 100},
			// By what they may read: a filter by place or words reads many needs.
			"Query.needMap":      {Self: 2_000, With: map[string]int{"asOf": 20_000}},
			"Query.needFeatures": {Self: 1_000},
			// Who asks for the past has every need's history read; a scenario has needs
			// judged anew.
			"Municipality.tally":          {Self: 5, With: map[string]int{"asOf": 20_000}},
			"Query.coverage":              {Self: 2_000, With: map[string]int{"asOf": 20_000, "whatIf": 5_000}},
			"Coverage.rows":               {Items: 2_000},
			"Coverage.areas":              {Items: 400},
			"Coverage.fields":             {Items: 5},
			"Coverage.placing":            {Self: 5_000, Items: 5},
			"CoverageRow.reasons":         {Items: 1},
			"CoverageRow.rank":            {Self: 5},
			"CoverageDifference.reasons":  {Items: 1},
			"Query.coverageTrend":         {Self: 40_000},
			"CoverageTrend.points":        {Items: 24},
			"CoverageTrendPoint.fields":   {Items: 5},
			"Query.accessibility":         {Self: 20_000, With: map[string]int{"whatIf": 20_000}},
			"Accessibility.areas":         {Items: 400},
			"Query.hotspots":              {Self: 20_000},
			"Hotspots.areas":              {Items: 400},
			"Query.siting":                {Self: 5_000, SizedBy: "count"},
			"Siting.sites":                {Items: 1},
			"Siting.shortAreas":           {Items: 1},
			"Site.needs":                  {Self: 20},
			"Query.criticality":           {Self: 20_000},
			"Criticality.services":        {Items: 1},
			"Query.suspensionImpact":      {Self: 2_000},
			"Subscription.needMapChanged": {Self: 2_000},
			"Subscription.needChanged":    {Self: 1_000},
			"NeedMapChange.cells":         {Items: 400},
			"Query.nodes":                 {SizedBy: "ids"},
			"Query.labels":                {Items: 15},
			"EnumLabels.values":           {Items: 5},
			"NeedMap.cells":               {Items: 400},
			"NeedMapCell.byField":         {Items: 5},
			"Municipality.children":       {Items: 15},
			"Municipality.cooperatives":   {Items: 10},
			"Municipality.bbox":           {Items: 1},
			"Service.municipalities":      {Items: 20},
			"Service.suspensions":         {Items: 2},
			"Need.responses":              {Items: 3},
			"Need.history":                {Items: 5},
			"Need.allowedTransitions":     {Items: 1},
			// As many as the input has rows, each found its likely duplicates.
			"Mutation.reportNeeds":           {Self: 2_000},
			"ReportNeedsPayload.reported":    {Items: needmap.MaxReports},
			"ReportNeedPayload.duplicates":   {Items: 5},
			"ReportedNeed.duplicates":        {Items: 5},
			"MergeNeedsPayload.duplicates":   {Items: needmap.MaxMerged},
			"UnmergeNeedsPayload.duplicates": {Items: needmap.MaxMerged},
			"MutationError.changes":          {Items: 5},
			// first sizes both lists of suggestions.
			"Query.suggestResponses":          {Self: 500},
			"ResponseSuggestions.suggestions": {Items: 1},
			"ResponseSuggestions.nearMisses":  {Items: 1},
			"ResponseSuggestion.reasons":      {Items: 6},
			"Service.freeCapacity":            {Self: 2},
			"SuspendServicePayload.needs":     {Items: 500},
			"ResumeServicePayload.needs":      {Items: 500},
			"Event.needs":                     {Items: 10},
			"Query.specialisations":           {Items: 50},
			"Network.computed":                {Self: 20},
			"Network.findings":                {Self: 20},
			// A page's objects are priced at the list; its views add nothing to that.
			"NeedConnection.edges":         {Items: 1},
			"NeedConnection.nodes":         {Items: 1},
			"MunicipalityConnection.edges": {Items: 1},
			"MunicipalityConnection.nodes": {Items: 1},
			"PartnerConnection.edges":      {Items: 1},
			"PartnerConnection.nodes":      {Items: 1},
			"ServiceConnection.edges":      {Items: 1},
			"ServiceConnection.nodes":      {Items: 1},
			"EventConnection.edges":        {Items: 1},
			"EventConnection.nodes":        {Items: 1},
			"CooperativeConnection.edges":  {Items: 1},
			"CooperativeConnection.nodes":  {Items: 1},
			"NeedConnection.totalCount":    {Self: 10},
		},
	}
}
