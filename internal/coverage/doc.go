// Package coverage measures where help is missing, why, how sure the figures are,
// and what would close the gap. It is pure: values in, values out; it knows no SQL
// and no HTTP.
//
// A Board holds needs, a Supply the services that could answer them; a View is
// both under one filter, as one caller may know them. From a View come the
// measures: Report, Distances, NeedDays, Placing, Loss, Asking. The measures that are not
// about needmap's own objects stand by themselves: intervals (Wilson, Garwood),
// smoothing (EmpiricalBayes), comparisons and ranks, Hotspots, Accessibility and
// SitingProblem.
//
// Places are longitude and latitude in degrees (EPSG:4326), distances metres on the
// WGS 84 ellipsoid, moments seconds. docs/measures.md says what each measure says
// and what it does not.
package coverage
