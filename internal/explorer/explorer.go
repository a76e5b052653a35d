// Package explorer serves GraphiQL, an editor for GraphQL in the browser, from
// files within the program: it works offline and asks nothing of other origins.
//
// The files are bundled by app/build.mjs into dist. Without them the program
// builds all the same, and the page says how to make them.
package explorer

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed all:dist
var dist embed.FS

// policy lets the page load from its own origin only. Styles may stand inline,
// since the editor places its cursor and its lines by them; scripts may not.
// Images and fonts are part of the style sheet, as data.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>needmap explorer</title>
{{if .Built -}}
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/explorer.css">
<script type="module" src="/explorer/explorer.js"></script>
<div id="explorer" data-query="{{.Query}}"></div>
<noscript>The explorer needs JavaScript. The endpoint is /graphql.</noscript>
{{- else -}}
<h1>The explorer is not built</h1>
<p>This program was built without it. Run <code>make explorer</code>, which needs Node, and build again.
The endpoint <a href="/graphql">/graphql</a> works without it.</p>
{{- end}}
</html>
`))

// Handler serves the explorer at /explorer and the files of its page below
// that. The page works on /graphql of the same origin and starts with
// defaultQuery.
func Handler(defaultQuery string) http.Handler {
	return newHandler(dist, defaultQuery)
}

// asset is a file of the page as it is and compressed.
type asset struct {
	plain, compressed []byte
	mediaType, etag   string
}

func newHandler(files fs.FS, defaultQuery string) http.Handler {
	script, haveScript := load(files, "explorer.js", "text/javascript; charset=utf-8")
	style, haveStyle := load(files, "explorer.css", "text/css; charset=utf-8")
	built := haveScript && haveStyle

	var html bytes.Buffer
	err := page.Execute(&html, map[string]any{"Built": built, "Query": defaultQuery})
	mux := http.NewServeMux()
	serve := func(w http.ResponseWriter, _ *http.Request) {
		switch {
		case err != nil:
			w.WriteHeader(http.StatusInternalServerError)
		case !built:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write(html.Bytes())
	}
	mux.HandleFunc("GET /explorer", serve)
	mux.HandleFunc("GET /explorer/{$}", serve)
	if built {
		mux.Handle("GET /explorer/explorer.js", script)
		mux.Handle("GET /explorer/explorer.css", style)
	}
	return withPolicy(mux)
}

// withPolicy sets the headers that every answer has.
func withPolicy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-cache") // may be kept, must be asked after
		header.Set("Content-Type", "text/html; charset=utf-8")
		next.ServeHTTP(w, r)
	})
}

// load reads a bundled file and its compressed twin; false when one is missing.
func load(files fs.FS, name, mediaType string) (asset, bool) {
	plain, err := fs.ReadFile(files, "dist/"+name)
	if err != nil {
		return asset{}, false
	}
	compressed, err := fs.ReadFile(files, "dist/"+name+".gz")
	if err != nil {
		return asset{}, false
	}
	sum := sha256.Sum256(plain)
	return asset{plain, compressed, mediaType, hex.EncodeToString(sum[:8])}, true
}

// ServeHTTP sends the file, compressed to clients that take it so.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, tag := a.plain, a.etag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		content, tag = a.compressed, a.etag+"-gzip"
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Type", a.mediaType)
	w.Header().Set("Vary", "Accept-Encoding")
	w.Header().Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
