package export

import (
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Column is a column of the export.
type Column struct {
	Name   string // in the header; it stays
	Unit   Unit
	It, En string // what stands in it
	value  func(*coverage.Row) any
}

// Value takes a row's value: a string, an int or a float64; nil where it is not
// defined.
func (c *Column) Value(r *coverage.Row) any {
	v := c.value(r)
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return nil
	}
	return v
}

// Unit is what a column counts or holds.
type Unit string

// Units.
const (
	UnitWord     Unit = "word" // of a closed set of the schema
	UnitCode     Unit = "code"
	UnitText     Unit = "text"
	UnitNeeds    Unit = "needs"
	UnitPeople   Unit = "people"
	UnitServices Unit = "services"
	UnitShare    Unit = "share, 0 to 1"
	UnitRatio    Unit = "places per person"
	UnitRate     Unit = "people per 10,000 residents"
	UnitYear     Unit = "year"
	UnitDays     Unit = "days"
	UnitMetres   Unit = "metres"
	UnitPlace    Unit = "place in the order"
)

// Columns are all columns, in their order.
var Columns = slices.Concat(whereColumns, demandColumns, reasonColumns, supplyColumns, rateColumns, distanceColumns, rankColumns)

var whereColumns = []Column{
	{"row_kind", UnitWord,
		"Che cosa conta la riga: AREA_FIELD un'area e un ambito; AREA un'area, tutti gli ambiti insieme; FIELD un ambito, tutte le aree insieme; TOTAL tutto. Le ultime tre sono margini: non vanno sommate alle altre righe.",
		"What the row counts: AREA_FIELD one area and field; AREA one area, all fields together; FIELD one field, all areas together; TOTAL everything. The last three are margins: don't add them to the other rows.",
		kindOf},
	{"area_code", UnitCode,
		"Codice ISTAT dell'area; per un municipio di Roma il codice del comune, un trattino e due cifre. Vuoto per tutte le aree insieme.",
		"ISTAT code of the area; for a municipio of Rome the code of the city, a hyphen and two digits. Empty for all areas together.",
		of(areaOf, func(a *coverage.Area) any { return a.Code })},
	{"area_name", UnitText,
		"Nome dell'area. Vuoto per tutte le aree insieme.",
		"Name of the area. Empty for all areas together.",
		of(areaOf, func(a *coverage.Area) any { return a.Name })},
	{"level", UnitWord,
		"Livello territoriale dell'area: LOCAL (municipi di Roma e altri comuni), COMUNE, PROVINCE o REGION. Vuoto per tutte le aree insieme.",
		"Level of the area: LOCAL (municipi of Rome and other municipalities), COMUNE, PROVINCE or REGION. Empty for all areas together.",
		of(areaOf, func(a *coverage.Area) any { return string(a.Level) })},
	{"field", UnitWord,
		"Ambito di intervento, come parola dello schema. Vuoto per tutti gli ambiti insieme.",
		"Field of intervention, as the word of the schema. Empty for all fields together.",
		of(fieldOf, func(f *needmap.Field) any { return string(*f) })},
	{"field_it", UnitText,
		"Ambito di intervento, in italiano.",
		"Field of intervention, in Italian.",
		of(fieldOf, func(f *needmap.Field) any { return labelOf(*f).It })},
	{"field_en", UnitText,
		"Ambito di intervento, in inglese.",
		"Field of intervention, in English.",
		of(fieldOf, func(f *needmap.Field) any { return labelOf(*f).En })},
}

var demandColumns = []Column{
	{"needs", UnitNeeds,
		"Bisogni aperti.",
		"Open needs.",
		func(r *coverage.Row) any { return r.Needs }},
	{"demand", UnitPeople,
		"Domanda: le persone nei bisogni aperti. Una persona conta una volta per ogni bisogno che la riguarda.",
		"People in open needs. A person counts once per need that names them.",
		func(r *coverage.Row) any { return r.Demand }},
	{"answered", UnitPeople,
		"Della domanda, le persone con una risposta realizzata.",
		"Of the demand, people with a delivered answer.",
		func(r *coverage.Row) any { return r.Answered }},
	{"gap", UnitPeople,
		"Divario: le persone senza una risposta realizzata. È demand meno answered, e la somma delle colonne reason_….",
		"People without a delivered answer: demand less answered, and the sum of the columns reason_….",
		func(r *coverage.Row) any { return r.Gap() }},
	{"promised", UnitPeople,
		"Del divario, le persone con una risposta proposta o accettata e non ancora realizzata.",
		"Of the gap, people with an offered or agreed response that is not delivered yet.",
		func(r *coverage.Row) any { return r.Promised }},
	{"stuck", UnitPeople,
		"Del divario, le persone per cui un vincolo impedisce la risposta: tutte tranne reason_not_yet_handled.",
		"Of the gap, people for whom a constraint binds: all but reason_not_yet_handled.",
		func(r *coverage.Row) any { return r.Stuck() }},
}

var reasonColumns = []Column{
	{"reason_no_service", UnitPeople,
		"Del divario, le persone per cui nessun servizio dell'ambito, attivo o sospeso, serve il loro comune o raggiunge il loro luogo.",
		"Of the gap, people for whom no service of the field, active or suspended, names their municipality or reaches their place.",
		people(coverage.NoService)},
	{"reason_out_of_reach", UnitPeople,
		"Del divario, le persone il cui luogo è fuori dal bacino di ogni servizio.",
		"Of the gap, people whose place lies beyond the catchment of each service.",
		people(coverage.OutOfReach)},
	{"reason_not_eligible", UnitPeople,
		"Del divario, le persone di età non servita dai servizi a portata.",
		"Of the gap, people of ages that the services in reach don't serve.",
		people(coverage.NotEligible)},
	{"reason_full", UnitPeople,
		"Del divario, le persone per cui nessuno dei servizi adatti ha un posto libero, che siano attivi o sospesi.",
		"Of the gap, people for whom none of the services that fit has a free place, whether it runs or not.",
		people(coverage.Full)},
	{"reason_suspended", UnitPeople,
		"Del divario, le persone per cui i servizi adatti con posti sono sospesi.",
		"Of the gap, people for whom the services that fit and have places are suspended.",
		people(coverage.Suspended)},
	{"reason_declined", UnitPeople,
		"Del divario, le persone per cui ogni servizio rimasto ha declinato, o è stato rifiutato.",
		"Of the gap, people whom each remaining service turned down, or who refused it.",
		people(coverage.Declined)},
	{"reason_not_yet_handled", UnitPeople,
		"Del divario, le persone che un servizio potrebbe prendere, o con una risposta già proposta o accettata.",
		"Of the gap, people whom a service could take, or for whom an answer is offered or agreed.",
		people(coverage.NotYetHandled)},
}

var supplyColumns = []Column{
	{"services", UnitServices,
		"Servizi attivi e sospesi che servono un comune dell'area. Nei margini ogni servizio conta una volta, anche se serve più aree: le righe non si sommano.",
		"Services, active and suspended, that name a municipality of the area. In margins each service counts once, even if it serves several areas: rows do not add up.",
		func(r *coverage.Row) any { return r.Services }},
	{"capacity", UnitPeople,
		"Persone che i servizi attivi possono seguire nello stesso momento. Un servizio di più aree conta per intero in ognuna.",
		"People that the active services can serve at a time. A service of several areas counts in full in each.",
		func(r *coverage.Row) any { return r.Capacity }},
	{"free_capacity", UnitPeople,
		"Di questi posti, quelli che nessuna risposta proposta o accettata occupa.",
		"Of these places, those that no offered or agreed response holds.",
		func(r *coverage.Row) any { return r.Free }},
	{"suspended_services", UnitServices,
		"Dei servizi, quelli sospesi.",
		"Of the services, those that are suspended.",
		func(r *coverage.Row) any { return r.SuspendedServices }},
	{"suspended_capacity", UnitPeople,
		"Persone che i servizi sospesi potrebbero seguire nello stesso momento.",
		"People that the suspended services could serve at a time.",
		func(r *coverage.Row) any { return r.SuspendedCapacity }},
	{"supply_demand", UnitRatio,
		"Offerta su domanda: capacity diviso demand. Vuoto senza domanda.",
		"Supply by demand: capacity divided by demand. Empty without demand.",
		func(r *coverage.Row) any { return given(r.SupplyDemand) }},
}

var rateColumns = []Column{
	{"coverage", UnitShare,
		"Copertura: answered diviso demand. Vuoto senza domanda, dove non è definita.",
		"Answered divided by demand. Empty without demand, where it is not defined.",
		of(ratioOf, func(c *coverage.Ratio) any { return c.Value })},
	{"coverage_low", UnitShare,
		"Estremo inferiore della copertura al 95 % (Wilson).",
		"Lower end of the coverage at 95 % (Wilson).",
		of(ratioOf, func(c *coverage.Ratio) any { return c.Low })},
	{"coverage_high", UnitShare,
		"Estremo superiore della copertura al 95 % (Wilson).",
		"Upper end of the coverage at 95 % (Wilson).",
		of(ratioOf, func(c *coverage.Ratio) any { return c.High })},
	{"unmet_rate", UnitRate,
		"Tasso non soddisfatto: persone del divario ogni 10.000 residenti. Vuoto dove rate_missing dice perché.",
		"People of the gap for every 10,000 residents. Empty where rate_missing says why.",
		of(rateOf, func(u *coverage.Rate) any { return u.Value })},
	{"unmet_rate_low", UnitRate,
		"Estremo inferiore del tasso al 95 % (Poisson esatto, Garwood).",
		"Lower end of the rate at 95 % (exact Poisson, Garwood).",
		of(rateOf, func(u *coverage.Rate) any { return u.Low })},
	{"unmet_rate_high", UnitRate,
		"Estremo superiore del tasso al 95 % (Poisson esatto, Garwood).",
		"Upper end of the rate at 95 % (exact Poisson, Garwood).",
		of(rateOf, func(u *coverage.Rate) any { return u.High })},
	{"unmet_rate_smoothed", UnitRate,
		"Tasso lisciato: valore bayesiano empirico tra le aree di questa esportazione (Marshall 1991, globale); nei margini senza area il tasso stesso.",
		"Empirical-Bayes value over the areas of this export (Marshall 1991, global); of margins without an area the rate itself.",
		of(rateOf, func(u *coverage.Rate) any { return u.Smoothed })},
	{"unmet_rate_reliability", UnitWord,
		"RELIABLE con almeno 17 persone nel divario (errore standard relativo al massimo del 25 %); UNSTABLE con meno: il tasso può cambiare molto per caso. Vuoto senza tasso.",
		"RELIABLE with 17 people in the gap or more (a relative standard error of at most 25 %); UNSTABLE with fewer: the rate may change much by chance. Empty without a rate.",
		of(rateOf, func(u *coverage.Rate) any { return string(u.Reliability) })},
	{"rate_missing", UnitWord,
		"Perché manca il tasso: POPULATION_UNKNOWN (residenti non noti per una parte dell'area), NO_RESIDENTS (nessun residente) o PARTIAL_VIEW (vista parziale dei bisogni). Vuoto dove il tasso c'è.",
		"Why there is no rate: POPULATION_UNKNOWN (residents of a part of the area are not known), NO_RESIDENTS (nobody lives there) or PARTIAL_VIEW (a part of the needs is seen). Empty where there is one.",
		of(missingOf, func(m *coverage.Missing) any { return string(*m) })},
	{"residents", UnitPeople,
		"Residenti a cui si riferisce il tasso: quelli dell'area, o della parte che il filtro chiede. Vuoto se non sono noti per una parte.",
		"Residents whom the rate is of: those of the area, or of the part of it that the filter asks for. Empty where they are not known of a part.",
		func(r *coverage.Row) any { return given(r.Denominator.People) }},
	{"residents_year_from", UnitYear,
		"Anno del dato più vecchio sui residenti.",
		"Year of the oldest figure of residents in it.",
		func(r *coverage.Row) any { return given(r.Denominator.YearFrom) }},
	{"residents_year_to", UnitYear,
		"Anno del dato più recente sui residenti.",
		"Year of the newest figure of residents in it.",
		func(r *coverage.Row) any { return given(r.Denominator.YearTo) }},
	{"residents_source", UnitText,
		"Fonti dei residenti, separate da punto e virgola. Vuoto se non note.",
		"Sources of the residents, with semicolons between them. Empty when unknown.",
		sourceOf},
	{"need_days", UnitDays,
		"Giorni in cui dei bisogni sono stati aperti nel periodo: un giorno per ogni bisogno, anche concluso. Gli episodi di cui non si conosce la fine sono esclusi. Un decimale.",
		"Days that needs were open in the period, a day for each need, ended ones too. Episodes whose end nobody knows are left out. One decimal.",
		func(r *coverage.Row) any { return rounded(given(r.NeedDays)) }},
}

var distanceColumns = []Column{
	{"distance_median_m", UnitMetres,
		"Distanza in linea retta dal servizio attivo più vicino dell'ambito con un posto libero e adatto all'età: metà dei bisogni misurati è più vicina. Vuoto se nessuno è misurato.",
		"Straight line to the nearest active service of the field that has a free place and serves the ages: half of the measured needs are nearer. Empty when none was measured.",
		of(spreadOf, func(d *coverage.Spread) any { return rounded(d.Median) })},
	{"distance_p90_m", UnitMetres,
		"La stessa distanza: nove bisogni misurati su dieci sono più vicini. Vuoto se nessuno è misurato.",
		"The same distance: nine of ten measured needs are nearer. Empty when none was measured.",
		of(spreadOf, func(d *coverage.Spread) any { return rounded(d.P90) })},
	{"needs_measured", UnitNeeds,
		"Bisogni misurati: hanno un luogo, e c'è un tale servizio.",
		"Needs that were measured: they have a place, and there is such a service.",
		func(r *coverage.Row) any { return r.Distance.Needs }},
	{"needs_located", UnitNeeds,
		"Bisogni con un luogo.",
		"Needs with a place.",
		func(r *coverage.Row) any { return r.Located }},
	{"needs_unlocated", UnitNeeds,
		"Bisogni senza un luogo, di cui la distanza non si può dire.",
		"Needs without a place, whose distance nobody can tell.",
		func(r *coverage.Row) any { return r.Needs - r.Located }},
}

var rankColumns = []Column{
	{"rank", UnitPlace,
		"Posto nell'ordine tra le aree dello stesso ambito, 1 il primo. Vuoto nell'ordine AREA, nei margini senza area e dove il valore non è definito.",
		"Place in the order among the areas of the same field, 1 first. Empty in the order AREA, for margins without an area and where the figure is not defined.",
		of(rankOf, func(k *coverage.Rank) any { return k.Position })},
	{"rank_probability", UnitShare,
		"Probabilità che questo sia il vero posto dell'area, da 2.000 estrazioni di ciò che i valori potrebbero essere per caso.",
		"Probability that this is the area's true place, from 2,000 draws of what the figures could be by chance.",
		of(rankOf, func(k *coverage.Rank) any { return k.Probability })},
	{"rank_low", UnitPlace,
		"Estremo inferiore del posto al 95 %.",
		"Lower end of its place at 95 %.",
		of(rankOf, func(k *coverage.Rank) any { return k.Low })},
	{"rank_high", UnitPlace,
		"Estremo superiore del posto al 95 %.",
		"Upper end of its place at 95 %.",
		of(rankOf, func(k *coverage.Rank) any { return k.High })},
}
