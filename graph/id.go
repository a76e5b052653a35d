package graph

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Type names in global identifiers; they are the schema's.
const (
	typeMunicipality = "Municipality"
	typeNeed         = "Need"
	typeResponse     = "Response"
	typeCooperative  = "Cooperative"
	typePartner      = "Partner"
	typeService      = "Service"
	typeSuspension   = "Suspension"
	typeEvent        = "Event"

	typeSpecialisation = "Specialisation"
)

// globalID writes an opaque identifier: a type and its database key, or for a
// municipality its code, which stays when boundaries are replaced.
func globalID(typeName, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typeName + ":" + key))
}

func numericID[N ~int | ~int64](typeName string, key N) string {
	return globalID(typeName, strconv.FormatInt(int64(key), 10))
}

// parseID reads a global identifier; a text that is none is INVALID.
func parseID(field, id string) (typeName, key string, err error) {
	data, decodeErr := base64.RawURLEncoding.Strict().DecodeString(id)
	typeName, key, found := strings.Cut(string(data), ":")
	if decodeErr != nil || !found || len(id) > 100 {
		return "", "", needmap.Invalid(field, "this is not an identifier of this server")
	}
	return typeName, key, nil
}
