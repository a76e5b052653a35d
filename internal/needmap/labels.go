package needmap

// Label is a word of an enum for people to read, in Italian and English.
type Label struct{ Value, It, En string }

// EnumLabels are the labels of one enum, in its published order.
type EnumLabels struct {
	Enum   string // name in the schema
	Labels []Label
}

// Labels holds both labels of every word that reaches a reader.
var Labels = []EnumLabels{
	{"MunicipalityKind", []Label{
		{"COMUNE", "Comune", "Municipality"},
		{"MUNICIPIO", "Municipio di Roma", "Municipio of Rome"},
	}},
	{"TerritoryLevel", []Label{
		{"LOCAL", "Municipi e comuni", "Municipi and municipalities"},
		{"COMUNE", "Comuni", "Municipalities"},
		{"PROVINCE", "Province", "Provinces"},
		{"REGION", "Regioni", "Regions"},
	}},
	{"Field", []Label{
		{"MINORS", "Minori", "Minors"},
		{"DISABILITY", "Disabilità", "Disability"},
		{"ELDERLY", "Anziani", "Elderly people"},
		{"ADULTS_AND_FAMILIES", "Adulti e famiglie", "Adults and families"},
		{"CULTURE_AND_SOCIAL_AGRICULTURE", "Cultura e agricoltura sociale", "Culture and social agriculture"},
	}},
	{"NeedOrigin", []Label{
		{"KNOWN", "Già noto", "Known"},
		{"SUSPENDED_SERVICE", "Servizio sospeso", "Suspended service"},
		{"EMERGING", "Emergente", "Emerging"},
	}},
	{"NeedStatus", []Label{
		{"REPORTED", "Segnalato", "Reported"},
		{"VERIFIED", "Verificato", "Verified"},
		{"ASSIGNED", "Assegnato", "Assigned"},
		{"IN_PROGRESS", "In corso", "In progress"},
		{"MET", "Soddisfatto", "Met"},
		{"CLOSED", "Chiuso", "Closed"},
		{"REJECTED", "Respinto", "Rejected"},
	}},
	{"LocationKind", []Label{
		{"EXACT", "Punto esatto", "Exact point"},
		{"AREA", "Zona", "Area"},
		{"UNDISCLOSED", "Luogo riservato", "Undisclosed place"},
		{"FICTITIOUS_RESIDENCE", "Residenza fittizia", "Fictitious residence"},
	}},
	{"PartnerKind", []Label{
		{"SOCIAL_ENTERPRISE", "Impresa sociale", "Social enterprise"},
		{"ASSOCIATION", "Associazione", "Association"},
		{"THIRD_SECTOR_BODY", "Ente del terzo settore", "Third-sector body"},
		{"SCHOOL", "Scuola", "School"},
		{"UNIVERSITY", "Università", "University"},
		{"HOSPITAL", "Ospedale", "Hospital"},
		{"PARISH", "Parrocchia", "Parish"},
		{"PRIVATE_COMPANY", "Impresa privata", "Private company"},
		{"PUBLIC_BODY", "Ente pubblico", "Public body"},
		{"CITIZENS_GROUP", "Gruppo di cittadini", "Citizens' group"},
	}},
	{"ServiceStatus", []Label{
		{"ACTIVE", "Attivo", "Active"},
		{"SUSPENDED", "Sospeso", "Suspended"},
		{"PLANNED", "Previsto", "Planned"},
		{"CLOSED", "Chiuso", "Closed"},
	}},
	{"Provision", []Label{
		{"PUBLICLY_FUNDED", "Finanziato da enti pubblici", "Publicly funded"},
		{"PRIVATE", "Offerta privata", "Private"},
		{"MUTUAL_AID", "Mutuo aiuto", "Mutual aid"},
	}},
	{"ResponseStatus", []Label{
		{"PROPOSED", "Proposta", "Proposed"},
		{"ACCEPTED", "Accettata", "Accepted"},
		{"DELIVERED", "Realizzata", "Delivered"},
		{"DECLINED", "Declinata", "Declined"},
	}},
	{"NeedEventKind", []Label{
		{"REPORTED", "Segnalazione", "Reported"},
		{"CONFIRMED", "Conferma", "Confirmed"},
		{"STATUS_CHANGED", "Cambio di stato", "Status changed"},
		{"UPDATED", "Aggiornamento", "Updated"},
		{"REOPENED", "Riapertura", "Reopened"},
		{"MERGED", "Unione a un altro bisogno", "Merged"},
		{"UNMERGED", "Unione annullata", "Merge taken back"},
		{"RESPONSE_PROPOSED", "Risposta proposta", "Response proposed"},
		{"RESPONSE_ACCEPTED", "Risposta accettata", "Response accepted"},
		{"RESPONSE_DECLINED", "Risposta declinata", "Response declined"},
		{"RESPONSE_DELIVERED", "Risposta realizzata", "Response delivered"},
	}},
	{"EndReason", []Label{
		{"WITHDRAWN", "Richiesta ritirata", "Withdrawn"},
		{"MOVED_AWAY", "Trasferimento fuori dal territorio", "Moved away"},
		{"ANSWERED_ELSEWHERE", "Risposta trovata fuori dalla rete", "Answered elsewhere"},
		{"NO_LONGER_NEEDED", "Bisogno superato", "No longer needed"},
		{"UNREACHABLE", "Persone non più raggiungibili", "Unreachable"},
		{"DUPLICATE", "Segnalazione doppia", "Duplicate"},
		{"OUT_OF_SCOPE", "Fuori dagli ambiti della rete", "Out of scope"},
		{"INSUFFICIENT_INFORMATION", "Informazioni insufficienti", "Insufficient information"},
		{"NOT_A_NEED", "Non è un bisogno", "Not a need"},
		{"OTHER", "Altro motivo", "Other reason"},
	}},
	{"DeclineReason", []Label{
		{"FULL", "Posti esauriti", "Full"},
		{"NO_STAFF", "Personale non disponibile", "No staff"},
		{"NOT_ELIGIBLE", "Requisiti non soddisfatti", "Not eligible"},
		{"OUT_OF_AREA", "Fuori dalla zona servita", "Out of area"},
		{"SUSPENDED", "Servizio sospeso", "Service suspended"},
		{"REFUSED", "Rifiutata dalle persone", "Refused by the people"},
		{"NEED_ENDED", "Bisogno concluso", "Need ended"},
		{"OTHER", "Altro motivo", "Other reason"},
	}},
	{"NeedPart", []Label{
		{"SUMMARY", "Descrizione", "Summary"},
		{"LOCATION", "Punto", "Point"},
		{"AGES", "Età", "Ages"},
		{"REPORTED_BY", "Organizzazione segnalante", "Reporting organisation"},
	}},
	{"OrganisationPart", []Label{
		{"FISCAL_CODE", "Codice fiscale", "Fiscal code"},
		{"DESCRIPTION", "Descrizione", "Description"},
		{"MUNICIPALITY", "Sede", "Seat"},
	}},
	{"ServicePart", []Label{
		{"SPECIALISATION", "Specializzazione", "Specialisation"},
		{"CATCHMENT", "Bacino", "Catchment"},
		{"AGES", "Età", "Ages"},
		{"LOCATION", "Punto", "Point"},
	}},
	{"EventPart", []Label{
		{"MUNICIPALITY", "Luogo", "Place"},
	}},
	{"EventKind", []Label{
		{"TECHNICAL_TABLE", "Tavolo tecnico", "Technical table"},
		{"SEMINAR", "Seminario", "Seminar"},
	}},
	{"FitCriterion", []Label{
		{"FIELD", "Ambito", "Field"},
		{"STATUS", "Servizio attivo", "Running"},
		{"TERRITORY", "Territorio servito", "Territory served"},
		{"AGE", "Età", "Age"},
		{"CAPACITY", "Posti liberi", "Free places"},
		{"DISTANCE", "Distanza", "Distance"},
	}},
	{"NeedOrder", []Label{
		{"REPORTED_AT_DESC", "Più recenti", "Newest first"},
		{"REPORTED_AT_ASC", "Meno recenti", "Oldest first"},
		{"SEVERITY_DESC", "Più gravi", "Most severe first"},
		{"PEOPLE_DESC", "Più persone", "Most people first"},
	}},
	{"GapReason", []Label{
		{"NO_SERVICE", "Nessun servizio", "No service"},
		{"OUT_OF_REACH", "Fuori portata", "Out of reach"},
		{"NOT_ELIGIBLE", "Età non servita", "Not eligible"},
		{"FULL", "Posti esauriti", "Full"},
		{"SUSPENDED", "Servizio sospeso", "Suspended"},
		{"DECLINED", "Declinato o rifiutato", "Declined"},
		{"NOT_YET_HANDLED", "Non ancora preso in carico", "Not yet handled"},
	}},
	{"CoverageOrder", []Label{
		{"AREA", "Per area", "By area"},
		{"GAP_DESC", "Divario maggiore", "Largest gap first"},
		{"DEMAND_DESC", "Domanda maggiore", "Largest demand first"},
		{"COVERAGE_ASC", "Copertura minore", "Lowest coverage first"},
		{"UNMET_RATE_DESC", "Tasso non soddisfatto maggiore", "Highest unmet rate first"},
		{"SMOOTHED_RATE_DESC", "Tasso lisciato maggiore", "Highest smoothed rate first"},
	}},
	{"Reliability", []Label{
		{"RELIABLE", "Affidabile", "Reliable"},
		{"UNSTABLE", "Instabile", "Unstable"},
	}},
	{"MissingRate", []Label{
		{"POPULATION_UNKNOWN", "Popolazione non nota", "Population unknown"},
		{"NO_RESIDENTS", "Nessun residente", "No residents"},
		{"PARTIAL_VIEW", "Vista parziale", "Partial view"},
	}},
	{"PlaceBasis", []Label{
		{"POINT", "Punto", "Point"},
		{"CELL_CENTRE", "Centro della cella di 1 km", "Centre of the 1 km cell"},
	}},
	{"DistanceMethod", []Label{
		{"STRAIGHT_LINE", "In linea d'aria", "Straight line"},
	}},
	{"TrendInterval", []Label{
		{"MONTH", "Mese", "Month"},
		{"QUARTER", "Trimestre", "Quarter"},
		{"YEAR", "Anno", "Year"},
	}},
	{"AccessibilityMethod", []Label{
		{"TWO_STEP", "Bacini mobili in due passi (2SFCA)", "Two-step floating catchment (2SFCA)"},
		{"ENHANCED_TWO_STEP", "Bacini mobili con decadimento (E2SFCA)", "Enhanced two-step floating catchment (E2SFCA)"},
	}},
	{"DecayKind", []Label{
		{"STEP", "A gradini", "In steps"},
		{"GAUSSIAN", "Gaussiano", "Gaussian"},
	}},
	{"AccessibilityDemand", []Label{
		{"RESIDENTS", "Residenti", "Residents"},
		{"PEOPLE_IN_NEED", "Persone con un bisogno", "People in need"},
	}},
	{"HotspotKind", []Label{
		{"HOT", "Concentrazione alta", "Hot spot"},
		{"COLD", "Concentrazione bassa", "Cold spot"},
		{"NOT_SIGNIFICANT", "Non distinguibile dal caso", "Not significant"},
	}},
	{"Role", []Label{
		{"PUBLIC", "Pubblico", "Public"},
		{"OPERATOR", "Operatore", "Operator"},
		{"ANALYST", "Analista", "Analyst"},
		{"COORDINATOR", "Coordinatore", "Coordinator"},
		{"ADMIN", "Amministratore", "Administrator"},
	}},
	{"ErrorCode", []Label{
		{"INVALID", "Valore non valido", "Invalid value"},
		{"NOT_FOUND", "Non trovato", "Not found"},
		{"CONFLICT", "Modificato nel frattempo", "Changed meanwhile"},
		{"UNAUTHENTICATED", "Accesso richiesto", "Sign-in needed"},
		{"FORBIDDEN", "Non consentito", "Not allowed"},
		{"TOO_COMPLEX", "Richiesta troppo onerosa", "Request too complex"},
		{"UNAVAILABLE", "Non disponibile", "Unavailable"},
		{"INTERNAL", "Errore interno", "Internal error"},
	}},
}

// labelOf is the label of a word of an enum, empty for none.
func labelOf(enum, word string) Label {
	for _, e := range Labels {
		for _, l := range e.Labels {
			if e.Enum == enum && l.Value == word {
				return l
			}
		}
	}
	return Label{}
}
