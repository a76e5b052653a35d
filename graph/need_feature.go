package graph

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// appendNeedFeatures writes a feature collection of points: 500 objects built
// one by one would cost ten times as much. Every word that goes in unescaped is
// an enum's, a number, a code or base64.
func appendNeedFeatures(dst []byte, atlas *needmap.Atlas, features []needmap.NeedFeature) []byte {
	if dst == nil {
		dst = make([]byte, 0, 64+len(features)*360)
	}
	dst = append(dst, `{"type":"FeatureCollection","features":[`...)
	for i := range features {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendNeedFeature(dst, atlas, &features[i])
	}
	return append(dst, `]}`...)
}

func appendNeedFeature(dst []byte, atlas *needmap.Atlas, f *needmap.NeedFeature) []byte {
	code := ""
	if m, ok := atlas.ByID(f.MunicipalityID); ok {
		code = m.Code
	}
	var id [32]byte
	plain := strconv.AppendInt(append(id[:0], typeNeed+":"...), f.ID, 10)
	dst = append(dst, `{"type":"Feature","id":"`...)
	dst = base64.RawURLEncoding.AppendEncode(dst, plain)
	dst = append(dst, `","geometry":`...)
	if f.Cell != nil {
		dst = territory.AppendGeometry(dst, *f.Cell)
	} else {
		dst = append(dst, `{"type":"Point","coordinates":[`...)
		dst = strconv.AppendFloat(dst, f.Longitude, 'f', -1, 64)
		dst = append(dst, ',')
		dst = strconv.AppendFloat(dst, f.Latitude, 'f', -1, 64)
		dst = append(dst, `]}`...)
	}
	dst = append(dst, `,"properties":{"municipality":"`...)
	dst = append(dst, code...)
	dst = appendWord(dst, "field", string(f.Field))
	dst = appendWord(dst, "origin", string(f.Origin))
	dst = appendWord(dst, "status", string(f.Status))
	dst = append(dst, `","severity":`...)
	dst = strconv.AppendInt(dst, int64(f.Severity), 10)
	dst = append(dst, `,"people":`...)
	dst = strconv.AppendInt(dst, int64(f.People), 10)
	dst = append(dst, `,"peopleAnswered":`...)
	dst = strconv.AppendInt(dst, int64(f.PeopleAnswered), 10)
	dst = append(dst, `,"locationKind":"`...)
	dst = append(dst, string(f.LocationKind)...)
	dst = append(dst, `","reportedAt":"`...)
	dst = f.ReportedAt.UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, `"}}`...)
}

// appendWord closes the text before it and opens the next member.
func appendWord(dst []byte, name, word string) []byte {
	dst = append(dst, `","`...)
	dst = append(dst, name...)
	dst = append(dst, `":"`...)
	return append(dst, word...)
}
