package gqlhttp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// maxNesting is how deep objects and lists in variables may nest. A geometry
// collection in a filter needs about ten levels.
const maxNesting = 64

// checkVariables refuses values that no argument can take: NUL characters,
// which PostgreSQL's text does not hold, numbers beyond a double, and nesting
// without end. The error's field is the path to the value.
func checkVariables(variables map[string]any) *needmap.Error {
	path, problem := checkObject(variables, 0)
	if problem == "" {
		return nil
	}
	path = strings.ToValidUTF8(strings.ReplaceAll(path, "\x00", ""), "")
	return needmap.Invalid(path, "the variable $%s %s", path, problem)
}

// checkValue gives what is wrong with a value and the path to it. The path is
// put together on the way back, so that a sound value costs none.
func checkValue(value any, depth int) (path, problem string) {
	switch v := value.(type) {
	case string:
		if strings.ContainsRune(v, 0) {
			return "", "holds a NUL character"
		}
	case json.Number:
		if !isFinite(string(v)) {
			return "", "is a number out of range"
		}
	case []any:
		if depth >= maxNesting {
			return "", tooNested
		}
		for _, element := range v {
			if path, problem = checkValue(element, depth+1); problem != "" {
				return path, problem
			}
		}
	case map[string]any:
		if depth >= maxNesting {
			return "", tooNested
		}
		return checkObject(v, depth)
	}
	return "", ""
}

func checkObject(object map[string]any, depth int) (path, problem string) {
	for name, element := range object {
		path, problem := checkValue(element, depth+1)
		if strings.ContainsRune(name, 0) {
			path, problem = "", "has a NUL character in its name"
		}
		switch {
		case problem == tooNested && depth > 0: // the variable's name says enough
			return "", problem
		case problem != "" && path != "":
			return name + "." + path, problem
		case problem != "":
			return name, problem
		}
	}
	return "", ""
}

var tooNested = fmt.Sprintf("nests more than %d levels deep", maxNesting)

// isFinite tells whether a number as JSON writes it fits a double. Most are
// short and have no exponent, and need not be read to know.
func isFinite(number string) bool {
	if len(number) <= 300 && !strings.ContainsAny(number, "eE") {
		return true
	}
	_, err := strconv.ParseFloat(number, 64)
	return err == nil
}
