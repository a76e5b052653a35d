package gqlhttp

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of an answer.
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// negotiate chooses the media type of the answer from the Accept headers: the
// one of the highest quality, of equals the one named first. Without a
// preference it is application/json; events have to be named. Not ok when none is
// accepted.
func negotiate(accept []string) (media string, ok bool) {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return mediaJSON, true
	}
	best := 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, quality := acceptable(part)
		if name != "" && quality > best {
			media, best = name, quality
		}
	}
	return media, best > 0
}

// acceptsEvents tells whether events are accepted, preferred or not.
func acceptsEvents(accept []string) bool {
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if name, quality := acceptable(part); name == mediaEvents && quality > 0 {
			return true
		}
	}
	return false
}

// acceptable reads one part of an Accept header; "" when it is not one of ours.
func acceptable(part string) (media string, quality float64) {
	name, params, err := mime.ParseMediaType(part)
	if err != nil || !isUTF8(params) {
		return "", 0
	}
	quality = 1
	if q, ok := params["q"]; ok {
		if quality, err = strconv.ParseFloat(q, 64); err != nil {
			return "", 0
		}
	}
	switch name {
	case mediaJSON, mediaGraphQL, mediaEvents:
		return name, quality
	case "*/*", "application/*":
		return mediaJSON, quality
	}
	return "", 0
}

// isUTF8 tells whether a media type's charset, if it names one, is UTF-8.
func isUTF8(params map[string]string) bool {
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}
