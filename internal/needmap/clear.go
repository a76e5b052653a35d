package needmap

import (
	"errors"
	"slices"
)

// checkClear judges what an update is to take away: INVALID is a word that names
// no part, and every part that the same update gives a value.
func checkClear[P Enum](clear, parts []P, given map[P]bool) error {
	if err := CheckWords("clear", clear, parts); err != nil {
		return err
	}
	var wrong []error
	for _, part := range parts {
		if given[part] && slices.Contains(clear, part) {
			wrong = append(wrong, Invalid("clear", "%s is both given and taken away", part))
		}
	}
	return errors.Join(wrong...)
}
