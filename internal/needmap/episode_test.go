package needmap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// told makes an event on a day of January 2024; "" is no status.
func told(day int, kind needmap.NeedEventKind, from, to needmap.NeedStatus) *needmap.NeedEvent {
	e := &needmap.NeedEvent{At: january(day), Kind: kind}
	if from != "" {
		e.FromStatus = &from
	}
	if to != "" {
		e.ToStatus = &to
	}
	return e
}

func january(day int) time.Time { return time.Date(2024, time.January, day, 12, 0, 0, 0, time.UTC) }

// TestEpisodes reads histories of a need that was reported on 1 January, asked on
// 31 January: each episode as its days, its length and how it ended.
func TestEpisodes(t *testing.T) {
	const (
		reported, verified    = needmap.StatusReported, needmap.StatusVerified
		met, closed, rejected = needmap.StatusMet, needmap.StatusClosed, needmap.StatusRejected
	)
	for _, c := range []struct {
		name    string
		status  needmap.NeedStatus
		history []*needmap.NeedEvent
		want    string
		days    string
	}{
		{"new", reported, nil, "1-now 30", "30"},
		{"with its report", reported, []*needmap.NeedEvent{told(2, "REPORTED", "", reported)}, "1-now 30", "30"},
		{"verified and confirmed", verified, []*needmap.NeedEvent{told(2, "STATUS_CHANGED", reported, verified), told(3, "CONFIRMED", "", "")}, "1-now 30", "30"},
		{"met", met, []*needmap.NeedEvent{told(5, "STATUS_CHANGED", verified, met)}, "1-5 4 MET", "4"},
		{"reopened", reported, []*needmap.NeedEvent{told(5, "STATUS_CHANGED", verified, closed), told(11, "REOPENED", closed, reported)}, "1-5 4 CLOSED, 11-now 20", "24"},
		{"ended again", rejected, []*needmap.NeedEvent{
			told(5, "STATUS_CHANGED", verified, met), told(11, "REOPENED", met, reported), told(13, "STATUS_CHANGED", reported, rejected),
		}, "1-5 4 MET, 11-13 2 REJECTED", "6"},
		{"merged", rejected, []*needmap.NeedEvent{told(5, "MERGED", reported, rejected)}, "1-5 4 REJECTED", "4"},
		{"merged and taken back", verified, []*needmap.NeedEvent{told(5, "MERGED", verified, rejected), told(9, "UNMERGED", rejected, verified)}, "1-now 30", "30"},
		{"merged into", reported, []*needmap.NeedEvent{told(5, "MERGED", "", ""), told(6, "UNMERGED", "", "")}, "1-now 30", "30"},
		{"merged after its end, and taken back", closed, []*needmap.NeedEvent{
			told(5, "STATUS_CHANGED", verified, closed), told(7, "MERGED", closed, rejected), told(9, "UNMERGED", rejected, closed),
		}, "1-5 4 CLOSED", "4"},
		{"merged and taken back in its second episode", reported, []*needmap.NeedEvent{
			told(5, "STATUS_CHANGED", verified, met), told(11, "REOPENED", met, reported),
			told(13, "MERGED", reported, rejected), told(21, "UNMERGED", rejected, reported),
		}, "1-5 4 MET, 11-now 20", "24"},
		{"imported with its end", met, []*needmap.NeedEvent{told(9, "REPORTED", "", met)}, "1-? MET", ""},
		{"imported with its end before there were reports", closed, nil, "1-? CLOSED", ""},
		{"imported with its end and reopened", reported, []*needmap.NeedEvent{told(9, "REPORTED", "", met), told(11, "REOPENED", met, reported)}, "1-? MET, 11-now 20", ""},
		{"the same without the report", reported, []*needmap.NeedEvent{told(11, "REOPENED", met, reported)}, "1-? MET, 11-now 20", ""},
		{"imported anew with its end", met, []*needmap.NeedEvent{told(2, "REPORTED", "", reported), told(9, "STATUS_CHANGED", reported, met)}, "1-9 8 MET", "8"},
		{"imported anew and open again", verified, []*needmap.NeedEvent{told(9, "STATUS_CHANGED", reported, met), told(21, "STATUS_CHANGED", met, verified)}, "1-9 8 MET, 21-now 10", "18"},
		{"from one end to another", rejected, []*needmap.NeedEvent{told(5, "STATUS_CHANGED", reported, closed), told(7, "STATUS_CHANGED", closed, rejected)}, "1-5 4 CLOSED", "4"},
	} {
		n := &needmap.Need{ReportedAt: january(1), Status: c.status}
		episodes := needmap.Episodes(n, c.history, january(31))
		if got := episodesInWords(episodes); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		days := ""
		if sum := needmap.NeedDays(episodes); sum != nil {
			days = fmt.Sprint(*sum)
		}
		if days != c.days {
			t.Errorf("%s: %q days, want %q", c.name, days, c.days)
		}
	}
}

func episodesInWords(episodes []needmap.Episode) string {
	words := make([]string, len(episodes))
	for i, e := range episodes {
		until := "?"
		switch {
		case e.IsOpen:
			until = "now"
		case e.To != nil:
			until = fmt.Sprint(e.To.Day())
		}
		words[i] = fmt.Sprintf("%d-%s", e.From.Day(), until)
		if e.Days != nil {
			words[i] += fmt.Sprint(" ", *e.Days)
		}
		if e.Outcome != nil {
			words[i] += " " + string(*e.Outcome)
		}
	}
	return strings.Join(words, ", ")
}
