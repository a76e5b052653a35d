package auth

import "strings"

// claims are what a token tells, as JSON.
type claims map[string]any

// texts gives the texts of a claim: of that name, or at that path with dots. A
// claim that is missing or of another kind gives none.
func (c claims) texts(name string) []string {
	var texts []string
	switch value := c.value(name).(type) {
	case string:
		return append(texts, value)
	case []any:
		for _, each := range value {
			if text, ok := each.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

func (c claims) value(name string) any {
	if value, ok := c[name]; ok { // names may be URLs, which have dots
		return value
	}
	first, rest, nested := strings.Cut(name, ".")
	inner, ok := c[first].(map[string]any)
	if !nested || !ok {
		return nil
	}
	return claims(inner).value(rest)
}
