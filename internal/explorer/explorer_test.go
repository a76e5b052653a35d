package explorer

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// bundle stands for what the build writes.
var bundle = fstest.MapFS{
	"dist/.keep":           {},
	"dist/explorer.js":     {Data: []byte("script")},
	"dist/explorer.js.gz":  {Data: []byte("packed script")},
	"dist/explorer.css":    {Data: []byte("style")},
	"dist/explorer.css.gz": {Data: []byte("packed style")},
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	const html, js, css = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
	tests := []struct {
		path, encoding  string
		status          int
		mediaType, body string // body: a part of it
	}{
		{"/explorer", "", 200, html, "<title>needmap explorer</title>"},
		{"/explorer/", "", 200, html, `data-query="{ a(b: &#34;&lt;x&gt;&#34;) }"`},
		{"/explorer/explorer.js", "", 200, js, "script"},
		{"/explorer/explorer.js", "br, gzip", 200, js, "packed script"},
		{"/explorer/explorer.css", "gzip", 200, css, "packed style"},
		{"/explorer/.keep", "", 404, "", ""},
		{"/explorer/other.js", "", 404, "", ""},
	}
	h := newHandler(bundle, `{ a(b: "<x>") }`)
	for _, tt := range tests {
		w := get(h, tt.path, "Accept-Encoding", tt.encoding)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) {
			t.Errorf("%s: got %d %s, want %d %s", tt.path, w.Code, w.Body, tt.status, tt.body)
		}
		if tt.mediaType != "" && w.Header().Get("Content-Type") != tt.mediaType {
			t.Errorf("%s: Content-Type %s, want %s", tt.path, w.Header().Get("Content-Type"), tt.mediaType)
		}
		packed := w.Header().Get("Content-Encoding") == "gzip"
		if want := strings.Contains(tt.encoding, "gzip"); packed != want {
			t.Errorf("%s: compressed is %v, want %v", tt.path, packed, want)
		}
	}
}

func TestPolicyForbidsInlineScripts(t *testing.T) {
	w := get(newHandler(bundle, ""), "/explorer")
	got := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(got, "default-src 'none'; script-src 'self';") {
		t.Errorf("policy is %q", got)
	}
	if strings.Contains(w.Body.String(), "<script>") || strings.Contains(w.Body.String(), "http") {
		t.Errorf("the page has a script of its own or an address elsewhere: %s", w.Body)
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	h := newHandler(bundle, "")
	tag := get(h, "/explorer/explorer.js").Header().Get("ETag")
	if w := get(h, "/explorer/explorer.js", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("got %d, want 304", w.Code)
	}
	if w := get(h, "/explorer/explorer.js", "If-None-Match", tag, "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
		t.Errorf("the plain file's tag fits the compressed one: got %d, want 200", w.Code)
	}
}

func TestUnbuiltPageSaysHowToBuild(t *testing.T) {
	w := get(newHandler(fstest.MapFS{"dist/.keep": {}}, "{x}"), "/explorer")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make explorer") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestEmbeddedFilesServe(t *testing.T) {
	want := http.StatusOK
	if _, err := dist.ReadFile("dist/explorer.js"); err != nil {
		want = http.StatusServiceUnavailable
	}
	if w := get(Handler("{x}"), "/explorer"); w.Code != want {
		t.Errorf("got %d, want %d", w.Code, want)
	}
}
