package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/postgres"
)

// maxListed bounds each list in the report for people; --json has them whole.
const maxListed = 20

// territoryPrinter writes an import's report in plain words.
type territoryPrinter struct {
	out io.Writer
	r   *postgres.TerritoryReport
}

func printTerritoryReport(out io.Writer, r *postgres.TerritoryReport) {
	p := territoryPrinter{out, r}
	if r.DryRun {
		p.line("Dry run: nothing was written. An import would do this:")
	}
	p.files()
	p.changes()
	p.fits()
	p.needs()
	p.warnings()
}

func (p territoryPrinter) line(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// list writes at most maxListed lines, and how many more there are.
func (p territoryPrinter) list(n int, line func(i int) string) {
	for i := range min(n, maxListed) {
		p.line("  %s", line(i))
	}
	if n > maxListed {
		p.line("  … and %s more (--json lists all)", grouped(n-maxListed))
	}
}

func (p territoryPrinter) files() {
	f := p.r.Files
	if f.Comuni+f.Municipi == 0 {
		return
	}
	p.line("Read: %s and %s. Their areas add up to %.2f km² as published and %.2f km² after checking\n(a municipio counts beside its comune).",
		counted(f.Comuni, "comune", "comuni"), counted(f.Municipi, "municipio", "municipi"), f.PublishedKm2, f.MendedKm2)
	if n := len(p.r.Repairs); n > 0 {
		p.line("Mended boundaries: %s.", grouped(n))
		p.list(n, func(i int) string {
			r := p.r.Repairs[i]
			return fmt.Sprintf("%s %s (%s): %.0f m² before, %.0f m² after", r.Code, r.Name, r.Flaw, r.BeforeM2, r.AfterM2)
		})
	}
}

func (p territoryPrinter) changes() {
	c := p.r.Changes
	if c.Added+c.Changed == 0 {
		p.line("Nothing changed: the database holds all of this already.")
		return
	}
	p.line("Municipalities: %s new, %s changed, %s unchanged.", grouped(c.Added), grouped(c.Changed), grouped(c.Unchanged))
	if c.Replaced > 0 {
		p.line("Schematic boundaries replaced by official ones: %s.", grouped(c.Replaced))
	}
	if c.Populated > 0 {
		p.line("Populations set: %s.", grouped(c.Populated))
	}
	if n := len(p.r.AreaChanges); n > 0 {
		p.line("Official areas that differ from the ones before: %s.", grouped(n))
		p.list(n, func(i int) string {
			a := p.r.AreaChanges[i]
			return fmt.Sprintf("%s %s: %.3f km² before, %.3f km² now", a.Code, a.Name, a.BeforeKm2, a.AfterKm2)
		})
	}
}

func (p territoryPrinter) fits() {
	n := len(p.r.Fits)
	if n == 0 || p.r.Changes.Added+p.r.Changes.Changed == 0 {
		return
	}
	p.line("Municipi fitted to the outline of their comune (km²: as given, fitted, cut off, added):")
	for _, f := range p.r.Fits {
		note := ""
		if f.Schematic {
			note = "  schematic"
		}
		p.line("  %-10s %-16s %9.3f %9.3f %8.3f %8.3f%s", f.Code, f.Name, f.BeforeKm2, f.AfterKm2, f.CutKm2, f.AddedKm2, note)
	}
}

func (p territoryPrinter) needs() {
	n := p.r.Needs
	if p.r.Changes.Reshaped == 0 {
		return
	}
	p.line("Needs with a place: %s; moved to another municipality: %s.", grouped(n.Located), grouped(n.Moved))
	if p.r.ServiceAreas > 0 {
		p.line("Services of a whole comune now serve its municipi: %s added.", counted(int(p.r.ServiceAreas), "entry", "entries"))
	}
	if len(n.Outside) > 0 {
		p.line("Warning: %s outside every municipality; they stay where they were. Their numbers: %s",
			counted(len(n.Outside), "need lies", "needs lie"), some(texts(n.Outside)))
	}
	if n.OnParent > 0 {
		p.line("Warning: without a place, in a comune that has municipi: %s. They count in the comune and in none of its municipi.",
			counted(n.OnParent, "need", "needs"))
	}
}

func (p territoryPrinter) warnings() {
	if n := len(p.r.Overlaps); n > 0 {
		p.line("Warning: neighbours that overlap, as published: %s.", grouped(n))
		p.list(n, func(i int) string {
			o := p.r.Overlaps[i]
			note := ""
			if o.Schematic {
				note = " (schematic)"
			}
			return fmt.Sprintf("%s %s and %s %s: %.0f m²%s", o.Code, o.Name, o.OtherCode, o.OtherName, o.M2, note)
		})
	}
	if n := len(p.r.StillSchematic); n > 0 {
		p.line("Warning: %s in this region with schematic boundaries: %s", counted(n, "municipality remains", "municipalities remain"), some(p.r.StillSchematic))
	}
	if n := len(p.r.UnknownCodes); n > 0 {
		p.line("Warning: the population file names %s that are not here: %s", counted(n, "code", "codes"), some(p.r.UnknownCodes))
	}
}

// some lists the first few words, and how many more there are.
func some(words []string) string {
	if n := len(words) - maxListed; n > 0 {
		return fmt.Sprintf("%s and %s more (--json lists all)", strings.Join(words[:maxListed], ", "), grouped(n))
	}
	return strings.Join(words, ", ")
}

func texts(ids []int64) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(id, 10)
	}
	return out
}

// counted gives "1 need", "20,000 needs".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
