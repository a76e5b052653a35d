package needmap

import (
	"time"
	_ "time/tzdata" // a day is a day in Rome, on any machine
)

// Rome is the time zone in which days are counted.
var Rome = mustLoadRome()

func mustLoadRome() *time.Location {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // tzdata is part of the program
	}
	return rome
}

// DayInRome gives the calendar day of a moment.
func DayInRome(at time.Time) Date { return Date(at.In(Rome).Format(time.DateOnly)) }

// Begin gives the moment at which a day begins in Rome; the zero time for what is
// no day.
func (d Date) Begin() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, string(d), Rome)
	if err != nil {
		return time.Time{}
	}
	return day
}

// Next is the day after; of what is no day, the same again.
func (d Date) Next() Date { return d.plus(1) }

// before is the day before; of what is no day, the same again.
func (d Date) before() Date { return d.plus(-1) }

func (d Date) plus(days int) Date {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Date(day.AddDate(0, 0, days).Format(time.DateOnly))
}
