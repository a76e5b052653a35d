package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-shapefile"
)

// Limits inside a shapefile; ISTAT's largest comune has some 30 rings.
const (
	maxRings     = 20_000 // of one feature
	maxDBFRecord = 64 << 10
)

// zippedLayer is the parts of one shapefile by extension, ".shp" and so on.
type zippedLayer map[string]*zip.File

// readShapefile reads the municipalities' layer of a zip file. ISTAT's zip holds
// a folder for each level of the territory: the layer whose table has a
// municipality's code is the one.
func readShapefile(r io.ReaderAt, size int64, options TerritoryOptions, left *budget) (layer, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return layer{}, errors.New("it is not a zip file that can be read")
	}
	var found []layer
	var names []string
	layers := zippedLayers(archive.File)
	for name, parts := range layers {
		names = append(names, name)
		table, err := readTable(parts, left)
		if err != nil {
			return layer{}, fmt.Errorf("%s: %w", brief(name), err)
		}
		if !hasCode(table, options) && len(layers) > 1 {
			continue
		}
		l, err := readShapes(parts, table, left)
		if err != nil {
			return layer{}, fmt.Errorf("%s: %w", brief(name), err)
		}
		found = append(found, l)
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return layer{}, errors.New("it holds no shapefile (.shp with .dbf)")
	case len(found) == 0:
		return layer{}, fmt.Errorf("none of its layers has a municipality's code: %s", brief(strings.Join(names, ", ")))
	case len(found) > 1:
		return layer{}, fmt.Errorf("it holds several layers of municipalities; import them one by one: %s", brief(strings.Join(names, ", ")))
	}
	return found[0], nil
}

// zippedLayers groups the files of a zip by name without extension.
func zippedLayers(files []*zip.File) map[string]zippedLayer {
	layers := map[string]zippedLayer{}
	for _, f := range files {
		ext := strings.ToLower(path.Ext(f.Name))
		if strings.Contains(f.Name, "__MACOSX") || !slices.Contains([]string{".shp", ".dbf", ".prj", ".cpg"}, ext) {
			continue
		}
		name := strings.TrimSuffix(f.Name, path.Ext(f.Name))
		if layers[name] == nil {
			layers[name] = zippedLayer{}
		}
		layers[name][ext] = f
	}
	for name, parts := range layers {
		if parts[".shp"] == nil || parts[".dbf"] == nil {
			delete(layers, name)
		}
	}
	return layers
}

// unpack reads one part; what all parts unpack to is bounded, whatever their
// headers claim.
func (z zippedLayer) unpack(ext string, left *budget) ([]byte, error) {
	f := z[ext]
	if f == nil {
		return nil, nil
	}
	rc, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("its %s can't be unpacked", ext)
	}
	defer rc.Close()
	data, err := io.ReadAll(io.LimitReader(rc, left.unpacked+1))
	if left.unpacked -= int64(len(data)); left.unpacked < 0 {
		return nil, fmt.Errorf("it unpacks to more than %d MB", maxFileBytes>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("its %s can't be unpacked", ext)
	}
	return data, nil
}

func readTable(parts zippedLayer, left *budget) (*shapefile.DBF, error) {
	data, err := parts.unpack(".dbf", left)
	if err != nil {
		return nil, err
	}
	cpg, err := parts.unpack(".cpg", left)
	if err != nil {
		return nil, err
	}
	table, err := shapefile.ReadDBF(bytes.NewReader(data), int64(len(data)), &shapefile.ReadDBFOptions{
		MaxRecords: maxFeatures, MaxRecordSize: maxDBFRecord, Charset: charsetOf(cpg, data),
	})
	if err != nil {
		return nil, fmt.Errorf("its .dbf can't be read: %s", brief(err.Error()))
	}
	return table, nil
}

// charsetOf names the encoding of a .dbf: what the .cpg says, in the ways in
// which programs write it; without one, UTF-8 when the table is that, else the
// code page of Windows.
func charsetOf(cpg, dbf []byte) string {
	switch name := strings.ToLower(strings.TrimSpace(string(cpg))); name {
	case "":
	case "65001", "utf8":
		return "utf-8"
	case "1252", "ansi 1252", "cp1252", "system":
		return "windows-1252"
	case "88591", "8859-1", "iso 8859-1", "iso88591", "latin1":
		return "iso-8859-1"
	default:
		return name
	}
	const header = 32 // its bytes are numbers, not text
	if len(dbf) > header && utf8.Valid(dbf[header:]) {
		return "utf-8"
	}
	return "windows-1252"
}

func hasCode(table *shapefile.DBF, options TerritoryOptions) bool {
	wanted := slices.Concat(codeProperties, municipioProperties)
	if options.CodeProperty != "" {
		wanted = []string{strings.ToLower(options.CodeProperty)}
	}
	return slices.ContainsFunc(table.FieldDescriptors, func(d *shapefile.DBFFieldDescriptor) bool {
		return slices.Contains(wanted, strings.ToLower(d.Name))
	})
}

func readShapes(parts zippedLayer, table *shapefile.DBF, left *budget) (layer, error) {
	prj, err := parts.unpack(".prj", left)
	if err != nil {
		return layer{}, err
	}
	data, err := parts.unpack(".shp", left)
	if err != nil {
		return layer{}, err
	}
	shapes, err := shapefile.ReadSHP(bytes.NewReader(data), int64(len(data)), &shapefile.ReadSHPOptions{
		MaxParts: maxRings, MaxPoints: maxVertices, MaxRecordSize: len(data),
	})
	if err != nil {
		return layer{}, fmt.Errorf("its .shp can't be read: %s", brief(err.Error()))
	}
	if len(shapes.Records) != len(table.Records) {
		return layer{}, fmt.Errorf("it has %d shapes and %d rows", len(shapes.Records), len(table.Records))
	}
	l := layer{crs: strings.TrimSpace(string(prj))}
	for i, record := range shapes.Records {
		if table.Records[i] == nil { // struck out in the table
			continue
		}
		f := feature{place: i + 1, properties: rowText(table.Record(i))}
		if f.shape, err = shapeOfRecord(record, left); err != nil {
			f.fault = err.Error()
		}
		if left.vertices < 0 {
			return layer{}, err
		}
		l.features = append(l.features, f)
	}
	return l, nil
}

func rowText(row map[string]any) map[string]string {
	out := make(map[string]string, len(row))
	for name, value := range row {
		switch v := value.(type) {
		case string:
			out[strings.ToLower(name)] = strings.TrimSpace(v)
		case int:
			out[strings.ToLower(name)] = strconv.Itoa(v)
		case float64:
			out[strings.ToLower(name)] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return out
}

// shapeOfRecord gives the polygons of a record without heights and measures.
func shapeOfRecord(record *shapefile.SHPRecord, left *budget) (orb.MultiPolygon, error) {
	polygon, ok := record.Geom.(*geom.Polygon)
	if !ok {
		return nil, errors.New("it has no polygon")
	}
	flat, stride := polygon.FlatCoords(), polygon.Stride()
	if err := left.take(len(flat) / stride); err != nil {
		return nil, err
	}
	var rings []orb.Ring
	from := 0
	for _, end := range polygon.Ends() {
		if end < from || end > len(flat) {
			return nil, errors.New("its rings overlap in the file")
		}
		ring := make(orb.Ring, 0, (end-from)/stride)
		for i := from; i < end; i += stride {
			ring = append(ring, orb.Point{flat[i], flat[i+1]})
		}
		if err := checkRing(ring); err != nil {
			return nil, err
		}
		rings, from = append(rings, ring), end
	}
	return polygonsOf(rings), nil
}
