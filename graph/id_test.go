package graph

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func TestParseID(t *testing.T) {
	for _, c := range []struct{ id, typeName, key string }{
		{globalID("Need", "12"), "Need", "12"},
		{numericID("Service", 7), "Service", "7"},
		{globalID("Municipality", "058091-01"), "Municipality", "058091-01"},
		{globalID("A", "b:c"), "A", "b:c"},
		{globalID("", ""), "", ""},
	} {
		if typeName, key, err := parseID("id", c.id); err != nil || typeName != c.typeName || key != c.key {
			t.Errorf("%s: %q %q, %v", c.id, typeName, key, err)
		}
	}
	for _, id := range []string{"", "Need:1", "TmVlZDoxMQ==", "TmVlZA", globalID("Need", strings.Repeat("1", 100))} {
		if _, _, err := parseID("id", id); needmap.ErrorCode(err) != needmap.CodeInvalid {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestIntegers(t *testing.T) {
	keys := []string{"1", "0", "-1", "x", "", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1e3", " 2"}
	if got := integers[int](keys); len(got) != 2 || got[0] != 1 || got[1] != 1<<31-1 {
		t.Errorf("32 bits: %v", got)
	}
	if got := integers[int64](keys); len(got) != 4 || got[3] != 1<<63-1 {
		t.Errorf("64 bits: %v", got)
	}
}

// FuzzParseID never panics; what it accepts is one identifier of one object.
func FuzzParseID(f *testing.F) {
	f.Add(globalID("Need", "12"))
	f.Add("TmVlZDoxMQ==")
	f.Add("")
	f.Fuzz(func(t *testing.T, id string) {
		typeName, key, err := parseID("id", id)
		if err != nil {
			if needmap.ErrorCode(err) != needmap.CodeInvalid {
				t.Error(err)
			}
			return
		}
		if globalID(typeName, key) != strings.NewReplacer("\n", "", "\r", "").Replace(id) {
			t.Errorf("%q and %q are the same object", id, globalID(typeName, key))
		}
		integers[int]([]string{key})
	})
}
