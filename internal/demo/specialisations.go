package demo

import "github.com/innovainrete/needmap/internal/needmap"

// specialisation is a trade of the operators: how common it is, and the field it
// serves ("" for any).
type specialisation struct {
	name   string
	weight float64
	field  needmap.Field
}

var specialisations = []specialisation{
	{"Assistente sociale", 10, ""},
	{"Psicologo", 9, ""},
	{"Psicoterapeuta", 4, ""},
	{"Mediatore culturale", 5, needmap.FieldAdultsAndFamilies},
	{"Mediatore familiare", 2, needmap.FieldAdultsAndFamilies},
	{"Operatore dell'accoglienza", 6, needmap.FieldAdultsAndFamilies},
	{"Operatore sociale di strada", 3, needmap.FieldAdultsAndFamilies},
	{"Operatore antiviolenza", 2, needmap.FieldAdultsAndFamilies},
	{"Orientatore al lavoro", 3, needmap.FieldAdultsAndFamilies},
	{"Tutor dell'inserimento lavorativo", 3, needmap.FieldAdultsAndFamilies},
	{"Insegnante di italiano per stranieri", 3, needmap.FieldAdultsAndFamilies},
	{"Consulente legale", 1, needmap.FieldAdultsAndFamilies},
	{"Consulente per l'abitare", 1, needmap.FieldAdultsAndFamilies},
	{"Operatore di sportello", 4, needmap.FieldAdultsAndFamilies},
	{"Consulente per la crisi debitoria", 1, needmap.FieldAdultsAndFamilies},
	{"Educatore professionale", 14, needmap.FieldMinors},
	{"Educatore della prima infanzia", 8, needmap.FieldMinors},
	{"Pedagogista", 4, needmap.FieldMinors},
	{"Operatore educativo per l'autonomia e la comunicazione", 12, needmap.FieldMinors},
	{"Animatore socio-educativo", 6, needmap.FieldMinors},
	{"Educatore di strada", 2, needmap.FieldMinors},
	{"Tutor dell'apprendimento", 3, needmap.FieldMinors},
	{"Neuropsichiatra infantile", 1, needmap.FieldMinors},
	{"Logopedista", 3, needmap.FieldMinors},
	{"Psicomotricista", 2, needmap.FieldMinors},
	{"Operatore di ludoteca", 2, needmap.FieldMinors},
	{"Operatore socio-sanitario", 16, needmap.FieldDisability},
	{"Assistente alla persona", 12, needmap.FieldDisability},
	{"Terapista occupazionale", 3, needmap.FieldDisability},
	{"Tecnico della riabilitazione psichiatrica", 3, needmap.FieldDisability},
	{"Fisioterapista", 3, needmap.FieldDisability},
	{"Interprete della lingua dei segni", 1, needmap.FieldDisability},
	{"Assistente alla comunicazione", 2, needmap.FieldDisability},
	{"Musicoterapista", 1, needmap.FieldDisability},
	{"Autista accompagnatore", 3, needmap.FieldDisability},
	{"Assistente domiciliare", 12, needmap.FieldElderly},
	{"Infermiere", 4, needmap.FieldElderly},
	{"Geriatra", 1, needmap.FieldElderly},
	{"Animatore per anziani", 3, needmap.FieldElderly},
	{"Addetto alla consegna della spesa", 2, needmap.FieldElderly},
	{"Istruttore di attività motoria", 1, needmap.FieldElderly},
	{"Operatore di telesoccorso", 1, needmap.FieldElderly},
	{"Agronomo", 1, needmap.FieldCultureAgriculture},
	{"Operatore di agricoltura sociale", 2, needmap.FieldCultureAgriculture},
	{"Bibliotecario", 1, needmap.FieldCultureAgriculture},
	{"Operatore teatrale", 1, needmap.FieldCultureAgriculture},
	{"Maestro d'arte", 1, needmap.FieldCultureAgriculture},
	{"Operatore culturale", 2, needmap.FieldCultureAgriculture},
}

// tradesOf lists the identifiers of the specialisations that serve a field.
func tradesOf(field needmap.Field) []int {
	var ids []int
	for i, s := range specialisations {
		if s.field == field || s.field == "" {
			ids = append(ids, i+1)
		}
	}
	return ids
}
