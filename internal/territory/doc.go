// Package territory holds the municipalities in memory and answers from there:
// which one a point lies in, what its boundary is at a zoom, and the finished
// GeoJSON of a whole level.
//
// Coordinates are WGS 84 longitude and latitude in degrees (EPSG:4326). The
// borders are kept once, as arcs that neighbours share, on a lattice of 1e-7
// degree (about 1 cm). Simplification removes vertices of arcs and never lets an
// arc pass over another vertex, so that at every zoom neighbours still meet
// without gap or overlap and every boundary stays valid.
//
// The package knows no SQL and no HTTP. A Registry never changes once built and
// is safe for concurrent use.
package territory
