package ingest

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Limits on what a boundary file may hold. The 7,900 comuni of Italy in full
// detail stay below them; a file made to exhaust the memory does not.
const (
	maxFileBytes = 200 << 20 // of one file, and of all that zip files unpack to
	maxVertices  = 5_000_000 // of all files together
	maxFeatures  = 100_000   // of one file
)

// Boundary is one municipality as a file gives it. Shape is in the reference
// system CRS, x before y; "" stands for EPSG:4326. Province and region texts
// are "" where the file does not tell.
type Boundary struct {
	File            string // base name
	Feature         int    // place in the file, from 1
	Code            string
	Kind            needmap.MunicipalityKind
	Name            string
	ParentCode      string // "" for a comune
	ProvinceCode    string
	ProvinceAcronym string
	ProvinceName    string
	RegionCode      string
	RegionName      string
	Source          string
	CRS             string // "", "EPSG:32632", an OGC URN, or the text of a .prj
	Shape           orb.MultiPolygon
}

// TerritoryOptions says how to read files whose properties are not the known
// ones. Every field may be left empty.
type TerritoryOptions struct {
	CodeProperty string
	NameProperty string
	Kind         needmap.MunicipalityKind
	Source       string // name of the source; a file's base name by default
	CRS          string // reference system of files that do not name theirs
	Region       string // keep this region's features only, two digits
}

// feature is a file's feature before its properties are understood. Keys of
// properties are lower case. fault says why the shape can't be used.
type feature struct {
	place      int
	properties map[string]string
	shape      orb.MultiPolygon
	fault      string
}

// layer is what a boundary file holds.
type layer struct {
	crs      string
	features []feature
}

// budget is what the files may still bring.
type budget struct {
	vertices int
	unpacked int64 // bytes out of zip files
}

func (b *budget) take(vertices int) error {
	if b.vertices -= vertices; b.vertices < 0 {
		return needmap.Invalid("file", "the files hold more than %d vertices", maxVertices)
	}
	return nil
}

// ReadTerritory reads boundary files: GeoJSON, or a zipped shapefile. Features
// that can't be used come back as problems, all of them; a file that can't be
// read at all is an INVALID error. progress, when not nil, is called with each
// file's base name before it is read.
func ReadTerritory(paths []string, options TerritoryOptions, progress func(file string)) ([]Boundary, []Problem, error) {
	var boundaries []Boundary
	var problems []Problem
	left := &budget{maxVertices, maxFileBytes}
	for _, path := range paths {
		file := filepath.Base(path)
		if progress != nil {
			progress(file)
		}
		l, err := readLayer(path, file, options, left)
		if err != nil {
			return nil, nil, err
		}
		found, bad := options.boundaries(file, l)
		boundaries, problems = append(boundaries, found...), append(problems, bad...)
	}
	return boundaries, problems, nil
}

func readLayer(path, file string, options TerritoryOptions, left *budget) (layer, error) {
	f, err := os.Open(path)
	if err != nil {
		return layer{}, needmap.Invalid("file", "%s can't be opened", file)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return layer{}, needmap.Invalid("file", "%s is not a file", file)
	}
	if info.Size() > maxFileBytes {
		return layer{}, needmap.Invalid("file", "%s is larger than %d MB", file, maxFileBytes>>20)
	}
	var l layer
	if isZip(f) {
		l, err = readShapefile(f, info.Size(), options, left)
	} else {
		l, err = readGeoJSON(bufio.NewReader(io.LimitReader(f, maxFileBytes)), left)
	}
	if err != nil {
		return layer{}, needmap.Invalid("file", "%s: %s", file, err)
	}
	if l.crs == "" {
		l.crs = options.CRS
	}
	return l, nil
}

func isZip(f io.ReaderAt) bool {
	magic := make([]byte, 4)
	_, err := f.ReadAt(magic, 0)
	return err == nil && bytes.Equal(magic, []byte("PK\x03\x04"))
}

// boundaries understands each feature of a layer.
func (o TerritoryOptions) boundaries(file string, l layer) (found []Boundary, problems []Problem) {
	if len(l.features) == 0 {
		return nil, []Problem{{File: file, Reason: "it holds no features"}}
	}
	for _, f := range l.features {
		b, fault := o.describe(f.properties)
		if o.Region != "" && b.RegionCode != "" && b.RegionCode != o.Region {
			continue
		}
		b.File, b.Feature, b.CRS, b.Source = file, f.place, l.crs, o.Source
		if b.Source == "" {
			b.Source = file
		}
		if b.Shape = f.shape; fault == "" {
			fault = f.fault
		}
		if fault == "" && l.crs == "" {
			fault = outsideTheWorld(f.shape)
		}
		if fault != "" {
			if !readable(b.Name) {
				b.Name = ""
			}
			problems = append(problems, Problem{File: file, Feature: f.place, Code: b.Code, Name: b.Name, Reason: fault})
			continue
		}
		found = append(found, b)
	}
	if len(found)+len(problems) == 0 {
		problems = []Problem{{File: file, Reason: "it holds no features of region " + o.Region}}
	}
	return found, problems
}

func outsideTheWorld(shape orb.MultiPolygon) string {
	b := shape.Bound()
	if b.Min[0] < -180 || b.Max[0] > 180 || b.Min[1] < -90 || b.Max[1] > 90 {
		return "its coordinates are not degrees; name their reference system with --crs, for example EPSG:32632"
	}
	return ""
}
