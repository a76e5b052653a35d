package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// contract is section 5 of the design: clients are written against these names.
// Fields, and arguments that may be left out, may be added; none that stands here
// may go or change its type. Open data comes with its own issue.
var contract = map[string]string{
	"Query": `node(id: ID!): Node
		nodes(ids: [ID!]!): [Node]!
		viewer: Viewer!
		municipality(code: String!): Municipality
		municipalities(filter: MunicipalityFilter, first: Int, after: String, last: Int, before: String): MunicipalityConnection!
		municipalityAt(longitude: Float!, latitude: Float!): Municipality
		territory(level: TerritoryLevel! = LOCAL, within: String, zoom: Int): FeatureCollection!
		network: Network!
		cooperative(slug: String!): Cooperative
		cooperatives(first: Int, after: String, last: Int, before: String): CooperativeConnection!
		partners(filter: PartnerFilter, first: Int, after: String, last: Int, before: String): PartnerConnection!
		services(filter: ServiceFilter, first: Int, after: String, last: Int, before: String): ServiceConnection!
		needs(filter: NeedFilter, orderBy: NeedOrder, first: Int, after: String, last: Int, before: String): NeedConnection!
		needMap(filter: NeedFilter, level: TerritoryLevel! = LOCAL): NeedMap!
		needFeatures(bbox: BBox!, filter: NeedFilter, limit: Int! = 500): FeatureCollection!
		coverage(filter: CoverageFilter, level: TerritoryLevel! = LOCAL, orderBy: CoverageOrder): Coverage!`,
	"BBox": `west: Float!
		south: Float!
		east: Float!
		north: Float!`,
	"Near": `longitude: Float!
		latitude: Float!
		radiusMetres: Float!`,
	"NeedFilter": `municipalities: [String!]
		fields: [Field!]
		origins: [NeedOrigin!]
		statuses: [NeedStatus!]
		openOnly: Boolean
		severityAtLeast: Int
		reportedFrom: Date
		reportedTo: Date
		bbox: BBox
		near: Near
		within: Geometry
		text: String`,
	"Municipality": `id: ID!
		code: String!
		kind: MunicipalityKind!
		name: String!
		provinceCode: String!
		provinceName: String!
		parent: Municipality
		children: [Municipality!]!
		population: Int
		populationYear: Int
		areaKm2: Float!
		centroid: Geometry!
		bbox: [Float!]!
		boundary(zoom: Int): Geometry!
		boundarySource: String!
		isSchematic: Boolean!
		needs(filter: NeedFilter, orderBy: NeedOrder, first: Int, after: String, last: Int, before: String): NeedConnection!
		services(filter: ServiceFilter, first: Int, after: String, last: Int, before: String): ServiceConnection!
		cooperatives: [Cooperative!]!
		partners(first: Int, after: String): PartnerConnection!
		tally(filter: NeedFilter): NeedTally!`,
	"Need": `id: ID!
		municipality: Municipality!
		field: Field!
		origin: NeedOrigin!
		status: NeedStatus!
		severity: Int!
		people: Int!
		peopleAnswered: Int!
		summary: String
		reportedAt: DateTime!
		lastConfirmedAt: DateTime
		location: Geometry
		locationKind: LocationKind!
		reportedBy: Organisation
		suspension: Suspension
		responses: [Response!]!
		history: [NeedEvent!]!
		allowedTransitions: [NeedStatus!]!
		version: Int!`,
	"NeedMap": `totals: NeedTally!
		cells: [NeedMapCell!]!
		asOf: DateTime!`,
	"NeedMapCell": `area: Area!
		tally: NeedTally!
		byField: [FieldTally!]!`,
	"Area": `code: String!
		name: String!
		level: TerritoryLevel!`,
	"NeedTally": `needs: Int!
		openNeeds: Int!
		people: Int!
		openPeople: Int!
		peopleAnswered: Int!`,
	"FieldTally": `field: Field!
		tally: NeedTally!`,
	"Network": `name: String!
		published: PublishedFigures!
		computed: ComputedFigures!
		findings: [DataQualityFinding!]!`,
}

// contractWords are the enums of the contract, in their order.
var contractWords = map[string]string{
	"MunicipalityKind": "COMUNE MUNICIPIO",
	"TerritoryLevel":   "LOCAL COMUNE PROVINCE REGION",
	"Field":            "MINORS DISABILITY ELDERLY ADULTS_AND_FAMILIES CULTURE_AND_SOCIAL_AGRICULTURE",
	"NeedOrigin":       "KNOWN SUSPENDED_SERVICE EMERGING",
	"NeedStatus":       "REPORTED VERIFIED ASSIGNED IN_PROGRESS MET CLOSED REJECTED",
	"LocationKind":     "EXACT AREA UNDISCLOSED FICTITIOUS_RESIDENCE",
	"PartnerKind":      "SOCIAL_ENTERPRISE ASSOCIATION THIRD_SECTOR_BODY SCHOOL UNIVERSITY HOSPITAL PARISH PRIVATE_COMPANY PUBLIC_BODY CITIZENS_GROUP",
	"ServiceStatus":    "ACTIVE SUSPENDED PLANNED CLOSED",
	"Provision":        "PUBLICLY_FUNDED PRIVATE MUTUAL_AID",
	"ResponseStatus":   "PROPOSED ACCEPTED DELIVERED DECLINED",
	"Role":             "PUBLIC OPERATOR ANALYST COORDINATOR ADMIN",
	"ErrorCode":        "INVALID NOT_FOUND CONFLICT UNAUTHENTICATED FORBIDDEN TOO_COMPLEX UNAVAILABLE INTERNAL",
}

func parsedSchema() *ast.Schema { return graph.NewSchema(nil, nil).Schema() }

func TestContract(t *testing.T) {
	schema := parsedSchema()
	for name, fields := range contract {
		def := schema.Types[name]
		if def == nil {
			t.Errorf("the type %s is gone", name)
			continue
		}
		for want := range strings.SplitSeq(fields, "\n") {
			want = strings.TrimSpace(want)
			field, _, _ := strings.Cut(strings.ReplaceAll(want, "(", ":"), ":")
			f := def.Fields.ForName(field)
			if f == nil {
				t.Errorf("%s.%s is gone", name, field)
				continue
			}
			if got := signature(f, strings.Count(want, ": ")-1); got != want {
				t.Errorf("%s has %q, the contract says %q", name, got, want)
			}
		}
	}
	for name, words := range contractWords {
		if got := enumWords(schema.Types[name]); strings.Join(got, " ") != words {
			t.Errorf("%s holds %v, the contract says %s", name, got, words)
		}
	}
	for _, name := range []string{"DateTime", "Date", "Geometry", "FeatureCollection"} {
		if def := schema.Types[name]; def == nil || def.Kind != ast.Scalar {
			t.Errorf("the scalar %s is gone", name)
		}
	}
	for _, name := range []string{"Municipality", "Need", "Response", "Cooperative", "Partner", "Service", "Suspension"} {
		if def := schema.Types[name]; def == nil || !slices.Contains(def.Interfaces, "Node") {
			t.Errorf("%s is no Node", name)
		}
	}
}

// signature writes a field as the contract does, without those arguments behind the
// first that nobody has to give.
func signature(f *ast.FieldDefinition, first int) string {
	var args []string
	for i, a := range f.Arguments {
		if i >= first && (!a.Type.NonNull || a.DefaultValue != nil) {
			continue
		}
		text := a.Name + ": " + a.Type.String()
		if a.DefaultValue != nil {
			text += " = " + a.DefaultValue.String()
		}
		args = append(args, text)
	}
	if len(args) == 0 {
		return f.Name + ": " + f.Type.String()
	}
	return f.Name + "(" + strings.Join(args, ", ") + "): " + f.Type.String()
}

func enumWords(def *ast.Definition) []string {
	words := []string{}
	if def != nil {
		for _, v := range def.EnumValues {
			words = append(words, v.Name)
		}
	}
	return words
}

// TestEveryListIsPaged wants every connection built the same way.
func TestEveryListIsPaged(t *testing.T) {
	schema := parsedSchema()
	connections := 0
	for name, def := range schema.Types {
		node, ok := strings.CutSuffix(name, "Connection")
		if !ok {
			continue
		}
		connections++
		for field, want := range map[string]string{
			"edges": "[" + node + "Edge!]!", "nodes": "[" + node + "!]!", "pageInfo": "PageInfo!", "totalCount": "Int!",
		} {
			if f := def.Fields.ForName(field); f == nil || f.Type.String() != want {
				t.Errorf("%s.%s is not %s", name, field, want)
			}
		}
	}
	if connections != 6 {
		t.Errorf("%d connections, want 6", connections)
	}
}

// TestEverythingIsDescribed looks for types, fields, arguments' types and words
// without a description.
func TestEverythingIsDescribed(t *testing.T) {
	for name, def := range parsedSchema().Types {
		if def.BuiltIn {
			continue
		}
		if def.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for _, f := range def.Fields {
			if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s has no description", name, f.Name)
			}
		}
		for _, v := range def.EnumValues {
			if v.Description == "" {
				t.Errorf("%s.%s has no description", name, v.Name)
			}
		}
	}
}

// TestEveryWordHasLabels compares the labels with the enums of the schema, both ways.
func TestEveryWordHasLabels(t *testing.T) {
	schema := parsedSchema()
	labelled := map[string]bool{}
	for _, set := range needmap.Labels {
		labelled[set.Enum] = true
		words := []string{}
		for _, l := range set.Labels {
			words = append(words, l.Value)
			if l.It == "" || l.En == "" || l.It != strings.TrimSpace(l.It) || l.En != strings.TrimSpace(l.En) {
				t.Errorf("%s.%s is labelled %q and %q", set.Enum, l.Value, l.It, l.En)
			}
		}
		if want := enumWords(schema.Types[set.Enum]); !slices.Equal(words, want) {
			t.Errorf("%s has labels for %v, the schema has %v", set.Enum, words, want)
		}
	}
	for name, def := range schema.Types {
		if def.Kind == ast.Enum && !def.BuiltIn && !labelled[name] {
			t.Errorf("%s has no labels", name)
		}
	}
}

// TestDomainWordsAreTheSchemas compares the sets of the domain with the schema.
func TestDomainWordsAreTheSchemas(t *testing.T) {
	schema := parsedSchema()
	for name, words := range map[string][]string{
		"MunicipalityKind": texts(needmap.MunicipalityKinds), "TerritoryLevel": texts(needmap.TerritoryLevels),
		"Field": texts(needmap.Fields), "NeedOrigin": texts(needmap.NeedOrigins), "NeedStatus": texts(needmap.NeedStatuses),
		"LocationKind": texts(needmap.LocationKinds), "PartnerKind": texts(needmap.PartnerKinds),
		"ServiceStatus": texts(needmap.ServiceStatuses), "Provision": texts(needmap.Provisions),
		"ResponseStatus": texts(needmap.ResponseStatuses), "Role": texts(needmap.Roles), "ErrorCode": texts(needmap.Codes),
		"NeedEventKind": texts(needmap.NeedEventKinds), "NeedOrder": texts(needmap.NeedOrders),
		"EndReason": texts(needmap.EndReasons), "DeclineReason": texts(needmap.DeclineReasons), "NeedPart": texts(needmap.NeedParts),
		"EventKind": texts(needmap.EventKinds), "FitCriterion": texts(needmap.FitCriteria), "OrganisationPart": texts(needmap.OrganisationParts),
		"ServicePart": texts(needmap.ServiceParts), "EventPart": texts(needmap.EventParts),
		"GapReason": texts(coverage.Reasons), "CoverageOrder": texts(coverage.Orders), "MissingRate": texts(coverage.MissingReasons),
		"Reliability": {string(coverage.Reliable), string(coverage.Unstable)},
	} {
		if want := enumWords(schema.Types[name]); !slices.Equal(words, want) {
			t.Errorf("%s is %v in the domain, %v in the schema", name, words, want)
		}
	}
}

func texts[E ~string](set []E) []string {
	list := make([]string, len(set))
	for i, word := range set {
		list[i] = string(word)
	}
	return list
}
