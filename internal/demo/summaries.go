package demo

import (
	"math/rand/v2"

	"github.com/innovainrete/needmap/internal/needmap"
)

// phrases are what summaries of a field are put together from: who (one, or a
// group), what is lacking, and a circumstance.
type phrases struct{ one, group, lacks, because []string }

var words = map[needmap.Field]phrases{
	needmap.FieldMinors: {
		one:   []string{"Bambino della scuola primaria", "Ragazza delle medie", "Adolescente", "Fratelli in età scolare", "Minore arrivato da poco in Italia"},
		group: []string{"Classe di scuola primaria", "Gruppo di adolescenti", "Bambini di un centro estivo"},
		lacks: []string{
			"necessità di sostegno scolastico pomeridiano", "serve un educatore a casa", "manca un posto al centro educativo",
			"chiede attività sportive gratuite", "serve un computer per le lezioni", "attesa lunga per la logopedia",
			"serve accompagnamento a scuola", "bisogno di uno spazio dove fare i compiti",
		},
		because: []string{"la famiglia è in difficoltà", "rischio di abbandono scolastico", "i genitori lavorano fino a tardi", "difficoltà di apprendimento non ancora certificata", "fragilità emerse dopo la pandemia"},
	},
	needmap.FieldDisability: {
		one:   []string{"Persona con disabilità motoria", "Giovane adulto con autismo", "Persona sorda", "Persona non vedente", "Persona con disabilità intellettiva"},
		group: []string{"Gruppo di giovani con disabilità", "Ospiti di una casa famiglia", "Famiglie di persone con disabilità"},
		lacks: []string{
			"serve assistenza domiciliare", "manca il trasporto accompagnato", "attesa per il centro diurno",
			"chiede un inserimento lavorativo", "serve un sostegno nelle ore serali", "necessità di ausili per la mobilità",
			"chiede aiuto con le pratiche di invalidità", "bisogno di attività per il tempo libero",
		},
		because: []string{"i genitori sono avanti con l'età", "il servizio copre poche ore", "barriere architettoniche nell'edificio", "mancanza di continuità dopo la scuola", "chi la assiste è sotto pressione e ha bisogno di sollievo"},
	},
	needmap.FieldElderly: {
		one:   []string{"Anziana sola", "Anziano solo", "Coppia di anziani", "Anziano non autosufficiente", "Anziana con problemi di memoria"},
		group: []string{"Anziani di un condominio", "Gruppo di anziani del quartiere", "Frequentatori del centro anziani"},
		lacks: []string{
			"chiede aiuto per la spesa", "serve compagnia qualche ora la settimana", "serve assistenza domiciliare",
			"chiede accompagnamento alle visite mediche", "bisogno di farmaci a domicilio", "chiede aiuto con i servizi digitali",
			"serve un pasto caldo al giorno", "manca un posto al centro diurno",
		},
		because: []string{"fragilità legata all'anzianità", "l'ascensore è spesso guasto", "i figli vivono lontano", "dopo le dimissioni dall'ospedale", "pensione minima e difficoltà a pagare le bollette", "solitudine e perdita di autonomia"},
	},
	needmap.FieldAdultsAndFamilies: {
		one:   []string{"Famiglia con figli piccoli", "Madre sola", "Adulto senza lavoro", "Famiglia straniera", "Padre separato"},
		group: []string{"Famiglie di un insediamento informale", "Gruppo di lavoratori stagionali", "Nuclei in emergenza abitativa"},
		lacks: []string{
			"chiede un aiuto alimentare", "cerca un alloggio temporaneo", "serve orientamento al lavoro",
			"chiede un corso di italiano", "serve sostegno psicologico", "chiede aiuto per le utenze",
			"bisogno di mediazione familiare", "serve assistenza legale per i documenti", "chiede vestiti e coperte",
		},
		because: []string{"sfratto imminente", "perdita del lavoro", "reddito insufficiente", "nessuna rete familiare", "povertà energetica", "difficoltà con la lingua"},
	},
	needmap.FieldCultureAgriculture: {
		one:   []string{"Giovane in cerca di attività", "Persona inserita in un percorso di comunità", "Adulto isolato"},
		group: []string{"Classe di scuola secondaria", "Gruppo di vicini", "Comitato che cura un giardino"},
		lacks: []string{
			"chiede di partecipare a un orto sociale", "manca una biblioteca raggiungibile a piedi", "serve uno spazio per il teatro",
			"chiede un tirocinio in agricoltura sociale", "bisogno di attività culturali gratuite",
		},
		because: []string{"non c'è un luogo di incontro nella zona", "isolamento sociale", "i trasporti la sera mancano", "il terreno è pronto ma incolto"},
	},
}

// Who is in hiding or has no home is never at a place that the map shows.
var (
	inHiding = []string{"Donna in uscita dalla violenza", "Madre in fuga da una casa non sicura", "Nucleo sotto protezione"}
	homeless = []string{"Uomo senza dimora", "Donna senza dimora", "Persona che vive in auto"}
)

var suspendedTails = []string{
	"il servizio che seguiva il caso è sospeso", "da quando l'attività è stata sospesa", "in attesa che il servizio riapra",
}

// summary puts a sentence together; one need in twenty has none.
func summary(r *rand.Rand, need *needmap.Need) *string {
	if chance(r, 0.05) {
		return nil
	}
	w := words[need.Field]
	s := pick(r, w.who(need)) + ": " + pick(r, w.lacks)
	switch {
	case need.Origin == needmap.OriginSuspendedService:
		s += "; " + pick(r, suspendedTails)
	case chance(r, 0.7):
		s += "; " + pick(r, w.because)
	}
	if need.Severity == 5 {
		s += ". Urgente"
	}
	s += "."
	return &s
}

func (w phrases) who(need *needmap.Need) []string {
	switch {
	case need.LocationKind == needmap.LocationFictitious:
		return homeless
	case need.People >= groupSize:
		return w.group
	case need.LocationKind == needmap.LocationUndisclosed && need.Field == needmap.FieldAdultsAndFamilies:
		return inHiding
	}
	return w.one
}
