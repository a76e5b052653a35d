package postgres

import (
	"fmt"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// pastResponsesOf reads the responses that were ever with one need, and what events
// tell of them: those of the need, or their own where they were with several.
func pastResponsesOf(r *lineReader, list string, changes []pastChange) ([]coverage.PastResponse, error) {
	if list == "" {
		return nil, r.err
	}
	var responses []coverage.PastResponse
	var origins []responseOrigin
	for record := range strings.SplitSeq(list, "\x1e") {
		parts := lineReader{values: strings.Split(record, "\x1d")}
		if len(parts.values) != responseValues {
			return nil, fmt.Errorf("a response of %d values, not %d", len(parts.values), responseValues)
		}
		p, origin := pastResponse(&parts, changes)
		if left := origin.leftBy(origins); left != nil {
			p.Since = *left
		}
		r.keep(parts.err)
		responses, origins = append(responses, p), append(origins, origin)
	}
	return responses, r.err
}

// responseValues is how many values a record of responses holds.
const responseValues = 11

// pastResponse reads one record. What a response delivered counts for the need that
// it was offered to; another that it went over to is told by its own events.
func pastResponse(parts *lineReader, changes []pastChange) (coverage.PastResponse, responseOrigin) {
	origin := responseOrigin{id: int64(parts.int()), organisation: parts.int()}
	p := coverage.PastResponse{
		ServiceID: orNil(parts, parts.int), People: parts.int(), Status: needmap.ResponseStatus(parts.text()),
		Ended: parts.text() == "t", Since: parts.epoch(), UpdatedAt: parts.epoch(),
	}
	origin.service, origin.since = p.ServiceID, p.Since
	p.Away, p.Only = parts.stays(), parts.stays()
	if own := parts.text(); own != "" {
		changes = pastChangesOf(parts, own)
	}
	origin.tell(&p, changes)
	p.Told = p.Told || p.Only != nil
	return p, origin
}

// stays reads times, "since:until" with commas between them; nothing for until lasts.
func (r *lineReader) stays() []coverage.Stay {
	text := r.text()
	if text == "" {
		return nil
	}
	var stays []coverage.Stay
	for part := range strings.SplitSeq(text, ",") {
		since, until, _ := strings.Cut(part, ":")
		ends := lineReader{values: []string{since, until}}
		stays = append(stays, coverage.Stay{From: ends.epoch(), Until: orNil(&ends, ends.epoch)})
		r.keep(ends.err)
	}
	return stays
}

// responseOrigin is what tells where a response came from.
type responseOrigin struct {
	id           int64
	organisation int
	service      *int
	since        time.Time  // when it was offered
	leftAt       *time.Time // when it was delivered in part, and another response took the rest
	taken        bool       // that other one was found
}

// tell adds what events tell of the response.
func (o *responseOrigin) tell(p *coverage.PastResponse, changes []pastChange) {
	for i := range changes {
		c := &changes[i]
		if c.Response == nil || *c.Response != o.id {
			continue
		}
		at := c.time()
		p.Told = p.Told || c.Kind == needmap.EventDelivered
		if _, ok := c.After["response.remaining"]; ok {
			o.leftAt = &at
		}
		r := lineReader{}
		status := pastWord[needmap.ResponseStatus](c.Before, "response.status")
		people := pastNumber(&r, c.Before, "response.people")
		if status != nil || people != nil {
			p.Changes = append(p.Changes, coverage.ResponseChange{At: at, Status: status, People: people})
		}
	}
}

// leftBy gives when an earlier response left this one behind as its rest; nil where
// it was offered by itself. A rest was offered when what it is the rest of was, and
// rests come in the order of the deliveries.
func (o *responseOrigin) leftBy(earlier []responseOrigin) *time.Time {
	var first *responseOrigin
	for i := range earlier {
		e := &earlier[i]
		if e.leftAt == nil || e.taken || e.organisation != o.organisation || !equal(e.service, o.service) || !e.since.Equal(o.since) {
			continue
		}
		if first == nil || e.leftAt.Before(*first.leftAt) {
			first = e
		}
	}
	if first == nil {
		return nil
	}
	first.taken = true
	return first.leftAt
}

func equal(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
