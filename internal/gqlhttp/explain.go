package gqlhttp

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/innovainrete/needmap/internal/needmap"
)

// maxErrors is how many errors of one document are told.
const maxErrors = 20

// explain turns the errors of parsing, validation and coercion into those of
// the contract: a code of the enum, extensions.field where an argument or
// variable is at fault, and words for people.
func explain(query string, errs gqlerror.List) gqlerror.List {
	told := make(gqlerror.List, 0, min(len(errs), maxErrors))
	for _, err := range errs[:cap(told)] {
		told = append(told, explainOne(query, err))
	}
	return told
}

func explainOne(query string, err *gqlerror.Error) *gqlerror.Error {
	switch code := err.Extensions["code"]; {
	case len(err.Path) > 1 && err.Path[0] == ast.PathName("variable"):
		return explainVariable(err)
	case code == errcode.ParseFailed:
		return syntaxError(err)
	case code == errcode.ValidationFailed, code == string(needmap.CodeInvalid):
		return explainDocument(query, err)
	default:
		return err
	}
}

// hasCode tells whether an error carries a published code.
func hasCode(err *gqlerror.Error) bool {
	code, ok := err.Extensions["code"].(string)
	return ok && slices.Contains(needmap.Codes, needmap.Code(code))
}

// syntaxError words an error of the lexer or the parser.
func syntaxError(err error) *gqlerror.Error {
	told := graphQLError(needmap.Invalid("", "the query is not GraphQL: it breaks off"))
	var syntax *gqlerror.Error
	if errors.As(err, &syntax) {
		told.Message = shorten("the query is not GraphQL: " + syntax.Message)
		told.Locations = syntax.Locations
	}
	return told
}

// namedArgument finds the argument in messages of the validator.
var namedArgument = regexp.MustCompile(`[Aa]rgument "(\w+)"`)

// explainDocument names the argument that a validation error is about.
func explainDocument(query string, err *gqlerror.Error) *gqlerror.Error {
	if name, ok := strings.CutPrefix(err.Message, "operation "); ok && strings.HasSuffix(name, "not found") {
		return graphQLError(needmap.Invalid("operationName",
			"operationName must be the name of an operation in the document"))
	}
	field, _ := err.Extensions["field"].(string)
	message := shorten(err.Message)
	if named := namedArgument.FindStringSubmatch(message); named != nil {
		field = named[1]
	}
	if len(err.Locations) > 0 {
		if found := argumentAt(query, err.Locations[0]); found != "" {
			field = found
		}
	}
	told := graphQLError(needmap.Invalid(field, "%s", message))
	told.Locations = err.Locations
	return told
}

// argumentAt finds the argument whose value, or part of it, stands at a place of
// the document: "filter.bbox.west". It is "" when there is none.
func argumentAt(query string, at gqlerror.Location) string {
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		return ""
	}
	var found string
	look := func(args ast.ArgumentList) {
		for _, arg := range args {
			if found == "" {
				found = valueAt(arg.Name, arg.Value, at)
			}
		}
	}
	visitSelections(doc, func(args ast.ArgumentList, directives ast.DirectiveList) {
		look(args)
		for _, directive := range directives {
			look(directive.Arguments)
		}
	})
	for _, op := range doc.Operations {
		for _, def := range op.VariableDefinitions {
			if found == "" && def.DefaultValue != nil {
				found = valueAt(def.Variable, def.DefaultValue, at)
			}
		}
	}
	return found
}

func valueAt(name string, value *ast.Value, at gqlerror.Location) string {
	if value.Position.Line == at.Line && value.Position.Column == at.Column {
		return name
	}
	for _, child := range value.Children {
		childName := name
		if child.Name != "" {
			childName = name + "." + child.Name
		}
		if found := valueAt(childName, child.Value, at); found != "" {
			return found
		}
	}
	return ""
}

// explainVariable words an error of a variable's coercion, whose own text names
// Go kinds and repeats the value whole.
func explainVariable(err *gqlerror.Error) *gqlerror.Error {
	path := err.Path[1:].String()
	return graphQLError(needmap.Invalid(path, "the variable $%s %s", shortValue(path), variableProblem(err.Message)))
}

var (
	wrongScalar = regexp.MustCompile(`^cannot use .* as (\w+)$`)
	wrongObject = regexp.MustCompile(`^must be a (\w+), not `)
)

func variableProblem(message string) string {
	switch message {
	case "must be defined":
		return "is missing"
	case "cannot be null":
		return "must not be null"
	case "must an input type":
		return "must be of an input type"
	case "enums must be ints or strings":
		return "must be a value of its enum, as a string"
	case "unknown field":
		return "is not a field of its input type"
	}
	const wrongEnum = " is not a valid "
	if i := strings.LastIndex(message, wrongEnum); i >= 0 { // the value may be long
		return fmt.Sprintf("is not a value of %s: %q", message[i+len(wrongEnum):], shortValue(message[:i]))
	}
	if m := wrongScalar.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("is not a valid %s", m[1])
	}
	if m := wrongObject.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("must be an object of type %s", m[1])
	}
	return "does not fit its type"
}
