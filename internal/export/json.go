package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// writeJSON writes one object: about, columns and rows. Rows are objects by column,
// in the columns' order, with null for what is not defined.
func (r *Report) writeJSON(w io.Writer) error {
	about := object{}
	for _, e := range r.entries() {
		about = append(about, member(e))
	}
	columns := make([]object, len(Columns))
	for i := range Columns {
		c := &Columns[i]
		columns[i] = object{{"column", c.Name}, {"unit", c.Unit}, {"italiano", c.It}, {"english", c.En}}
	}
	out := bufio.NewWriter(w)
	head, err := marshal(object{{"about", about}, {"columns", columns}})
	if err != nil {
		return err
	}
	out.Write(head[:len(head)-1]) // the object goes on
	out.WriteString(",\"rows\":[")
	for i, row := range r.Rows {
		line := make(object, len(Columns))
		for k := range Columns {
			line[k] = member{Columns[k].Name, Columns[k].Value(row)}
		}
		text, err := marshal(line)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(text)
	}
	out.WriteString("\n]}\n")
	return out.Flush() // it keeps the first error of all writing
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, m := range o {
		name, err := marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, name...), ':'), value...)
	}
	return append(text, '}'), nil
}

// marshal leaves &, < and > as they are: nobody shows this as HTML.
func marshal(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(text.Bytes(), []byte{'\n'}), err
}
