package postgres

// TerritoryReport is what an import found and did, or would do when DryRun.
// Areas are on the ellipsoid.
type TerritoryReport struct {
	DryRun         bool                  `json:"dryRun"`
	Files          TerritoryFiles        `json:"files"`
	Problems       []TerritoryProblem    `json:"problems"`
	Repairs        []TerritoryRepair     `json:"repairs"`
	Overlaps       []TerritoryOverlap    `json:"overlaps"`
	AreaChanges    []TerritoryAreaChange `json:"areaChanges"`
	Fits           []TerritoryFit        `json:"fits"`
	StillSchematic []string              `json:"stillSchematic"` // codes in the files' regions
	UnknownCodes   []string              `json:"unknownCodes"`   // in the population file
	Changes        TerritoryChanges      `json:"changes"`
	Needs          TerritoryNeeds        `json:"needs"`
	ServiceAreas   int64                 `json:"serviceAreas"` // rows added for municipi that a comune stood for
}

// TerritoryFiles is what the files brought: areas as published and as stored,
// before municipi are fitted.
type TerritoryFiles struct {
	Comuni       int     `json:"comuni"`
	Municipi     int     `json:"municipi"`
	PublishedKm2 float64 `db:"published_km2" json:"publishedKm2"`
	MendedKm2    float64 `db:"mended_km2" json:"mendedKm2"`
}

// TerritoryProblem says why a municipality can't be imported. File and Feature
// are empty for one that no file holds.
type TerritoryProblem struct {
	File    string `json:"file"`
	Feature int    `json:"feature"`
	Code    string `json:"code"`
	Name    string `json:"name"`
	Reason  string `json:"reason"`
}

// TerritoryRepair is a boundary that had to be mended.
type TerritoryRepair struct {
	File     string  `json:"file"`
	Feature  int     `json:"feature"`
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	Flaw     string  `json:"flaw"`
	BeforeM2 float64 `db:"published_m2" json:"beforeM2"`
	AfterM2  float64 `db:"boundary_m2" json:"afterM2"`
}

// TerritoryOverlap is a piece of land that two municipalities of a kind claim;
// Schematic when one of them is.
type TerritoryOverlap struct {
	Code      string  `json:"code"`
	OtherCode string  `db:"other_code" json:"otherCode"`
	Name      string  `json:"name"`
	OtherName string  `db:"other_name" json:"otherName"`
	Schematic bool    `json:"schematic"`
	M2        float64 `json:"m2"`
}

// TerritoryAreaChange is an official boundary whose area differs from the
// official one before by more than 0.01 %.
type TerritoryAreaChange struct {
	Code      string  `json:"code"`
	Name      string  `json:"name"`
	BeforeKm2 float64 `db:"before_km2" json:"beforeKm2"`
	AfterKm2  float64 `db:"after_km2" json:"afterKm2"`
}

// TerritoryFit is what fitting a municipio to its comune did to it.
type TerritoryFit struct {
	Code      string  `json:"code"`
	Name      string  `json:"name"`
	Schematic bool    `db:"is_schematic" json:"schematic"`
	BeforeKm2 float64 `db:"before_km2" json:"beforeKm2"`
	AfterKm2  float64 `db:"after_km2" json:"afterKm2"`
	CutKm2    float64 `db:"cut_km2" json:"cutKm2"`
	AddedKm2  float64 `db:"added_km2" json:"addedKm2"`
}

// TerritoryChanges counts municipalities.
type TerritoryChanges struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"` // of those in the files
	Replaced  int `json:"replaced"`  // schematic ones made official
	Populated int `json:"populated"` // whose population changed
	Reshaped  int `json:"reshaped"`  // whose boundary, or being a leaf, changed
}

// TerritoryNeeds counts needs when boundaries changed.
type TerritoryNeeds struct {
	Located  int     `json:"located"`
	Moved    int     `json:"moved"`
	OnParent int     `db:"on_parent" json:"onParent"` // not in a local municipality: no point tells which
	Outside  []int64 `db:"-" json:"outside"`          // outside all; they stay where they were
}
