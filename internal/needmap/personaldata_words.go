package needmap

import "strings"

// wordClass tells what a word of Italian texts may be; a word may be several
// things.
type wordClass uint32

const (
	givenName       wordClass = 1 << iota // a given name that is no other word
	givenWord                             // a given name that is a common word too: it counts with a capital, or before a frequent surname
	familyName                            // a frequent surname: it counts in lower case too
	commonWord                            // a word that is no surname, even with a capital
	verbWord                              // common, and what a sentence goes on with behind a name
	particleWord                          // part of a surname with a capital, or of a street: De Luca, via dei Mille
	lowParticleWord                       // part of a surname without one: Mario de Luca
	titleWord                             // Signora, cognome: a surname behind it is enough
	professionWord                        // Dottoressa: given name and surname follow
	namesakeWord                          // what is called after somebody: scuola, San, don
	capitalNamesake                       // namesake only with a capital, a common word else
	fillerWord                            // may stand between a namesake and the name: scuola media statale
	streetWord                            // via, piazza
	looseStreetWord                       // a street only when its name follows: corso, largo
	residenceWord                         // abita, residente
	doorWord                              // behind a house number: scala, interno
	numberWord                            // before a house number: n., civico
	phoneWord                             // announces a phone number: tel.
	phoneFiller                           // between that and the number
)

// The lists are short on purpose: what is frequent in Rome and not much else.
// Words are in lower case, without accents and apostrophes.
const (
	givenNames = `adele adriana adriano agnese agostino alberto alessandra alessandro alessia alessio alfonso alfredo alice amalia
		amedeo andrea angela angelina aniello anita anna annalisa annamaria annarita annunziata antonella antonia antonietta
		antonino antonio arianna armando arturo augusto beatrice bernardo brigida camilla carla carlo carlotta carmela carmelo
		carmen carmine caterina cecilia cesare cinzia ciro clara claudia claudio concetta corrado cosimo cristian cristina
		damiano daniela daniele dario davide debora deborah diana diego dino domenico donatella donato edoardo egidio elena
		eleonora elio elisa elisabetta emanuela emanuele emiliano emilio emma enrica enrico enzo ernesto ettore eugenio eva
		fabiana fabio fabiola fabrizio fausto federica federico filippo filomena flavia flavio francesca francesco gabriele
		gabriella gaetano gennaro gerardo giacomo giada gianfranco gianluca gianluigi gianmarco gianni gianpaolo gilda gino
		giorgia giorgio giovanna giovanni giulia giuliana giuliano giulio giuseppa giuseppe giuseppina graziella guglielmo ida
		ignazio ilaria irene isabella ivan ivana ivano jacopo laura leonardo liliana lina lisa livia lorena lorenza lorenzo
		loredana luca lucia luciana luciano lucio lucrezia ludovica ludovico luigi luigia luisa maddalena manuela manuele
		marcello marco maria mariangela mariano mario marta martina massimiliano matilde matteo mattia maurizio mauro michela
		michele michelina milena mirella miriam monica nadia niccolo nicola nicole nicoletta nicolo nino noemi nunzia olga orazio
		orietta oscar paola paolo pasqualina patrizia patrizio piero pierluigi pietro pina rachele raffaele raffaella raimondo
		rebecca renata renato riccardo rita roberta roberto rocco rodolfo romina romolo rosalba rosalia rosanna rosaria
		rossana rossella ruggero salvatore samuele sandra sandro sara savino sebastiano sergio sharon silvana silvano silvia
		silvio simona simone sofia sonia stefania stefano susanna tamara teresa tiziana tiziano tommaso tullio ugo umberto
		valentina valentino valeria valerio vanessa vincenza vincenzo virginia vito vittorio walter abdul abdullah ahmed ahmad
		aicha aisha alexandru alexandra alina amadou amina amir ana andrei aziz bogdan carlos daniel david ekaterina elzbieta
		fatima fatou fatoumata florin gheorghe giorgi halyna hamid hassan hussein ibrahim ioana ionel ionut irina iryna ismail
		jean jennifer john jorge jose juan julia kamal karim khadija khaled khalid laila leila luis mahmoud mamadou maricel
		mariam mariana marius miguel mihaela mihai mircea mohamed mohammad mohammed moussa muhammad mustafa nadezhda nasir
		natalia natalya nicolae oksana olena olha omar ousmane pedro petru rahman rachid rajesh samir samira sergiu singh
		svetlana tatiana vasile viorica volodymyr yasmin yasmine youssef yusuf yuliya zahra`
	givenWords = `alba albina ali alma angelica angelo asia assunta aurora barbara battista benedetta bianca bruna bruno celeste
		chiara costanza cristiana cristiano dora fabiano felice fiorella fortunata fortunato franca franco gemma
		ginevra gioia grazia guido iolanda ion italo lara letizia lidia margherita marina massimo md mia mirco ornella
		pasquale perla pia pio rosa rosario serena silvestro stella vera viola vittoria viviana`
	familyNames = `rossi russo ferrari esposito bianchi colombo ricci moretti lombardi barbieri fontana santoro mariani rinaldi caruso
		ferrara galli martinelli lombardo coppola marchetti parisi ferraro fabbri grasso valentini messina gatti pellegrini
		palumbo rizzo rizzi cattaneo morelli silvestri giuliani benedetti rossetti caputo montanari palmieri bernardi ferretti
		bellini basile donati piras vitali sartori costantini pagano ruggiero sorrentino proietti mancini costantino giordano
		gallo bruni amato greco romano marino conti mazzoni mazza neri fiorentini cecchini ceccarelli sabatini orsini moroni
		mattei paolucci pierini antonelli angelini carletti cipriani tozzi pucci leoni petrucci popescu popa ionescu hossain
		hoxha kovalenko shevchenko diallo traore diop ndiaye hernandez garcia gonzalez rodriguez`
	verbs = `abita abitano ha hanno e sono vive vivono chiede chiedono cerca cercano vuole deve puo non si sta stanno
		risiede ricevono riceve necessita soffre attende aspetta lavora frequenta resta rimane era aveva viveva abitava
		cammina dorme telefona segnala manca mancano serve servono assiste prende desidera gioca studia va viene dice
		esce parla ci gli le lo la che`
	commonWords = `a ad al allo alla ai agli alle anche ancora con come cui da dal dallo dalla dai dagli dalle di del dello
		della dei degli delle dopo dove fra il in i gli un uno una nel nello nella nei negli nelle o ogni oppure per piu
		prima presso quando se senza solo sola soli sole su sul sullo sulla sui sugli sulle tra ma mentre
		anziana anziano anziani anziane donna uomo bambina bambino bambini bambine ragazza ragazzo ragazzi minore minori
		madre padre mamma papa nonna nonno sorella fratello figlia figlio figli zia zio moglie marito vedova vedovo
		coppia famiglia famiglie nucleo persona persone signore utente ospite ospiti paziente caso casi vicina vicino
		disabile disabili invalida invalido malata malato cieca sorda incinta adulta adulto piccola piccolo giovane
		straniera straniero fragile fragili autosufficiente minorenne separata separato studente studentessa
		anni mesi giorni ore ora volta volte settimana oggi ieri lunedi martedi mercoledi giovedi venerdi sabato
		gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
		urgente bisogno aiuto casa lavoro spesa scuola servizio zona quartiere comune provincia numero nota
		roma lazio italia ostia tivoli latina viterbo frosinone rieti guidonia fiumicino
		ausiliatrice immacolata vergine mater ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xx xxi xxii xxiii`
	particles    = `d de del della dello dei degli delle dell di da dal dalla la lo li le van von el al ben abu dos das san santa`
	lowParticles = `d de dos das el ben van von abu`
	titles       = `sig sigra signa signor signora signorina mr mrs cognome nominativo`
	professions  = `dott dottssa dottor dottore dottoressa prof profssa professor professore professoressa avv avvocato ing geom maestro maestra`
	namesakes    = `san santa santo sant santi santissima ss beato beata madonna don monsignor mons papa cardinale scuola scuole
		istituto liceo ginnasio parrocchia chiesa basilica ospedale ospedali policlinico fondazione associazione cooperativa
		onlus odv aps ic iis itis itc ipsia asilo nido plesso biblioteca teatro ostello centro clinica residenza rsa comunita
		oratorio caserma palazzo palazzina circolo consultorio hospice ludoteca palestra stadio impresa ente via viale
		piazza piazzale largo corso ponte villa parco torre tor monte colle colli castel casal castello borgo borgata anticoli
		rocca stazione metro fermata quartiere rione zona progetto premio aula giardino giardini mercato farmacia
		comitato gruppo fattoria cinema municipio convitto collegio poliambulatorio santuario convento monastero caritas croce
		sportello sezione bar libreria laboratorio emporio dormitorio mensa consorzio presidio
		principe principessa regina re duca generale colonnello capitano cardinal vescovo maresciallo`
	capitalisedNamesakes = `casa sala campo porta opera orto spazio punto`
	fillers              = `comprensivo comprensiva statale media elementare materna infanzia primaria secondaria paritaria superiore
		tecnico professionale artistico classico scientifico linguistico sociale sociali anziani diurno diurna educativo
		famiglia civico comunale parrocchiale culturale sportivo sportiva di per del della dei degli dell delle pubblica pubblico
		universitario generale volontariato disabili minori giovanile polivalente onlus madre padre suor grado primo secondo
		polo e intitolata intitolato`
	streets      = `via viale piazza piazzale piazzetta pza pzza vicolo lungotevere lungomare circonvallazione vle ple cso lgo vialetto`
	looseStreets = `corso largo strada borgo salita contrada galleria localita loc clivo rampa v`
	residences   = `abita abitano abitava abitante abitanti risiede risiedono residente residenti vive vivono viveva domiciliata
		domiciliato domicilio residenza indirizzo alloggia alloggiano dimora domiciliati`
	doorWords   = `scala sc interno int piano palazzina pal edificio ed lotto`
	numberWords = `n nr no num numero civico nc al km`
	phoneWords  = `tel telef telefono telefonico telefonare telefonate cell cel cellulare mobile fax whatsapp wapp sms recapito
		recapiti chiamare chiamate chiama contattare phone`
	phoneFillers = `al allo il lo n nr num numero di suo mio questo seguente casa fisso e`
)

var lexicon = newLexicon(map[wordClass]string{
	givenName: givenNames, givenWord: givenWords, familyName: familyNames, commonWord: commonWords + " " + residences,
	commonWord | verbWord: verbs, particleWord: particles, lowParticleWord: lowParticles, titleWord | commonWord: titles, professionWord | commonWord: professions,
	namesakeWord | commonWord: namesakes, capitalNamesake: capitalisedNamesakes, fillerWord: fillers, streetWord | commonWord: streets,
	looseStreetWord: looseStreets, residenceWord | verbWord: residences, doorWord | commonWord: doorWords, numberWord: numberWords,
	phoneWord: phoneWords, phoneFiller: phoneFillers,
})

func newLexicon(lists map[wordClass]string) map[string]wordClass {
	words := map[string]wordClass{}
	for class, list := range lists {
		for word := range strings.FieldsSeq(list) {
			words[word] |= class
		}
	}
	return words
}
