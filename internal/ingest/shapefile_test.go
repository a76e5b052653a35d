package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// shp writes a polygon shapefile, one record for each list of rings.
func shp(records ...[]orb.Ring) []byte {
	var body bytes.Buffer
	put := func(order binary.ByteOrder, values ...any) {
		for _, v := range values {
			binary.Write(&body, order, v)
		}
	}
	for i, rings := range records {
		points := 0
		for _, r := range rings {
			points += len(r)
		}
		put(binary.BigEndian, int32(i+1), int32((44+4*len(rings)+16*points)/2))
		put(binary.LittleEndian, int32(5), [4]float64{}, int32(len(rings)), int32(points))
		start := 0
		for _, r := range rings {
			put(binary.LittleEndian, int32(start))
			start += len(r)
		}
		for _, r := range rings {
			put(binary.LittleEndian, []orb.Point(r))
		}
	}
	header := make([]byte, 100)
	binary.BigEndian.PutUint32(header, 9994)
	binary.BigEndian.PutUint32(header[24:], uint32(100+body.Len())/2)
	binary.LittleEndian.PutUint32(header[28:], 1000)
	binary.LittleEndian.PutUint32(header[32:], 5)
	return append(header, body.Bytes()...)
}

// dbf writes a table of texts of 20 bytes.
func dbf(columns []string, rows ...[]string) []byte {
	var b bytes.Buffer
	header := make([]byte, 32)
	header[0] = 3
	binary.LittleEndian.PutUint32(header[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(header[8:], uint16(33+32*len(columns)))
	binary.LittleEndian.PutUint16(header[10:], uint16(1+20*len(columns)))
	b.Write(header)
	for _, c := range columns {
		field := make([]byte, 32)
		copy(field, c)
		field[11], field[16] = 'C', 20
		b.Write(field)
	}
	b.WriteByte('\r')
	for _, row := range rows {
		b.WriteByte(' ')
		for _, cell := range row {
			b.WriteString(cell + strings.Repeat(" ", 20-len(cell)))
		}
	}
	b.WriteByte(0x1a)
	return b.Bytes()
}

func zipped(files map[string][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range files {
		f, _ := w.Create(name)
		f.Write(data)
	}
	w.Close()
	return b.Bytes()
}

func readZip(data []byte) (layer, error) {
	return readShapefile(bytes.NewReader(data), int64(len(data)), TerritoryOptions{}, &budget{10_000, 1 << 20})
}

// cw is a clockwise square, an outline in a shapefile; ccw a hole.
func cw(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x, y + size}, {x + size, y + size}, {x + size, y}, {x, y}}
}

func ccw(x, y, size float64) orb.Ring {
	r := cw(x, y, size)
	r.Reverse()
	return r
}

func TestPolygonsOf(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rings []orb.Ring
		want  orb.MultiPolygon
	}{
		{"one", []orb.Ring{cw(0, 0, 9)}, orb.MultiPolygon{{cw(0, 0, 9)}}},
		{"two parts", []orb.Ring{cw(0, 0, 9), cw(20, 0, 9)}, orb.MultiPolygon{{cw(0, 0, 9)}, {cw(20, 0, 9)}}},
		{"the hole before its outline", []orb.Ring{ccw(1, 1, 2), cw(0, 0, 9)}, orb.MultiPolygon{{cw(0, 0, 9), ccw(1, 1, 2)}}},
		{"an island in a hole, with a hole", []orb.Ring{cw(0, 0, 9), ccw(1, 1, 7), cw(2, 2, 4), ccw(3, 3, 1)},
			orb.MultiPolygon{{cw(0, 0, 9), ccw(1, 1, 7)}, {cw(2, 2, 4), ccw(3, 3, 1)}}},
		{"all counter-clockwise", []orb.Ring{ccw(0, 0, 9), ccw(20, 0, 9)}, orb.MultiPolygon{{ccw(0, 0, 9)}, {ccw(20, 0, 9)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := polygonsOf(tt.rings); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestReadShapefile(t *testing.T) {
	columns := []string{"PRO_COM_T", "COMUNE"}
	rows := [][]string{{"058091", "Cantù"}, {"058092", "B"}}
	shapes := shp([]orb.Ring{cw(0, 0, 9), ccw(1, 1, 2)}, []orb.Ring{cw(20, 0, 9)})
	latin := [][]string{{"058091", "Cant\xf9"}, {"058092", "B"}}
	provinces := dbf([]string{"COD_PROV"}, []string{"58"})
	for _, tt := range []struct {
		name  string
		files map[string][]byte
		err   string
	}{
		{"as ISTAT does", map[string][]byte{"a.shp": shapes, "a.dbf": dbf(columns, rows...), "a.prj": []byte("PRJ"), "a.cpg": []byte("UTF-8")}, ""},
		{"UTF-8 without saying so", map[string][]byte{"a.shp": shapes, "a.dbf": dbf(columns, rows...), "a.prj": []byte("PRJ")}, ""},
		{"capital letters, Windows' code page", map[string][]byte{"A.SHP": shapes, "A.DBF": dbf(columns, latin...), "A.PRJ": []byte("PRJ"), "A.CPG": []byte("1252\r\n")}, ""},
		{"Latin without saying so", map[string][]byte{"a.shp": shapes, "a.dbf": dbf(columns, latin...), "a.prj": []byte("PRJ")}, ""},
		{"beside provinces", map[string][]byte{"com/a.shp": shapes, "com/a.dbf": dbf(columns, rows...), "com/a.prj": []byte("PRJ"),
			"prov/p.shp": shp([]orb.Ring{cw(0, 0, 9)}), "prov/p.dbf": provinces, "__MACOSX/com/a.shp": nil, "__MACOSX/com/a.dbf": nil}, ""},
		{"two layers of comuni", map[string][]byte{"a.shp": shapes, "a.dbf": dbf(columns, rows...), "b.shp": shapes, "b.dbf": dbf(columns, rows...)}, "several layers"},
		{"no table", map[string][]byte{"a.shp": shapes}, "no shapefile"},
		{"nothing", nil, "no shapefile"},
		{"fewer rows than shapes", map[string][]byte{"a.shp": shapes, "a.dbf": dbf(columns, rows[0])}, "2 shapes and 1 rows"},
		{"a broken table", map[string][]byte{"a.shp": shapes, "a.dbf": {3, 0, 0}}, "its .dbf can't be read"},
		{"broken shapes", map[string][]byte{"a.shp": shapes[:120], "a.dbf": dbf(columns, rows...)}, "its .shp can't be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := readZip(zipped(tt.files))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want one that says %q", err, tt.err)
				}
				return
			}
			if err != nil || l.crs != "PRJ" || len(l.features) != 2 || l.features[0].properties["comune"] != "Cantù" ||
				fmt.Sprint(l.features[0].shape) != fmt.Sprint(orb.MultiPolygon{{cw(0, 0, 9), ccw(1, 1, 2)}}) {
				t.Errorf("error %v, layer %+v", err, l)
			}
		})
	}
}

func TestReadShapefileBounds(t *testing.T) {
	columns := []string{"PRO_COM_T", "COMUNE"}
	bomb := zipped(map[string][]byte{"a.shp": make([]byte, 1<<20), "a.dbf": dbf(columns, []string{"058091", "A"})})
	if _, err := readZip(bomb); err == nil || !strings.Contains(err.Error(), "more than 200 MB") {
		t.Errorf("a zip of %d bytes that unpacks to more than allowed gives %v", len(bomb), err)
	}
	many := make(orb.Ring, 10_001)
	_, err := readZip(zipped(map[string][]byte{"a.shp": shp([]orb.Ring{many}), "a.dbf": dbf(columns, []string{"058091", "A"})}))
	if err == nil || !strings.Contains(err.Error(), "vertices") {
		t.Errorf("more vertices than allowed give %v", err)
	}
}

func FuzzReadShapefile(f *testing.F) {
	f.Add(shp([]orb.Ring{cw(0, 0, 9), ccw(1, 1, 2)}), dbf([]string{"PRO_COM_T", "COMUNE"}, []string{"058091", "A"}), []byte("UTF-8"))
	f.Add(shp([]orb.Ring{cw(0, 0, 9)}, []orb.Ring{cw(20, 0, 9)}), dbf([]string{"PRO_COM", "COMUNE"}, []string{"58091", "A"}, []string{"", "B"}), []byte("1252"))
	f.Fuzz(func(t *testing.T, shapes, table, cpg []byte) {
		l, err := readZip(zipped(map[string][]byte{"a.shp": shapes, "a.dbf": table, "a.cpg": cpg}))
		if err != nil {
			return
		}
		found, problems := TerritoryOptions{}.boundaries("f", l)
		if len(l.features) > 0 && len(found)+len(problems) != len(l.features) {
			t.Fatalf("%d features gave %d boundaries and %d problems", len(l.features), len(found), len(problems))
		}
		for _, b := range found {
			checkBoundary(t, b)
		}
	})
}

func FuzzReadShapefileZip(f *testing.F) {
	f.Add(zipped(map[string][]byte{"a.shp": shp([]orb.Ring{cw(0, 0, 9)}), "a.dbf": dbf([]string{"PRO_COM"}, []string{"58091"})}))
	f.Fuzz(func(_ *testing.T, data []byte) {
		readZip(data) //nolint:errcheck // that it returns at all is what counts
	})
}
