package auth_test

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
)

// eventually waits for what the key set learns a moment after it answered.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("%s: not within 10 s", what)
		case <-tick.C:
		}
	}
}

// TestRotation signs with a new key: it is taken once the issuer shows it, and
// the old one no more once that is gone, without asking the issuer too often.
func TestRotation(t *testing.T) {
	s, at := newSigner(t, rsaKey()), &clock{}
	a := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: settings(s.url), Now: at.now})
	before := sign(t, jose.RS256, rsaKey(), coordinator(s.url, nil))
	after := sign(t, jose.ES256, ecKey(), coordinator(s.url, nil))
	accepted := func(token string) bool {
		t.Helper()
		v, err := a.Caller(t.Context(), token)
		if err != nil {
			checkRefused(t, v, err)
		}
		return err == nil
	}
	if !accepted(before) || accepted(after) {
		t.Fatal("the first key is not the only one")
	}
	s.use(rsaKey(), ecKey())
	at.move(10 * time.Second)
	eventually(t, "the new key", func() bool { return accepted(after) })
	if !accepted(before) {
		t.Error("the old key is not taken beside the new one")
	}
	s.use(ecKey())
	at.move(10 * time.Second)
	stranger := sign(t, jose.RS256, otherRSAKey(), coordinator(s.url, nil))
	eventually(t, "the end of the old key", func() bool {
		return !accepted(stranger) && !accepted(before) // a key that nobody has makes it look again
	})
	if !accepted(after) {
		t.Error("the new key is not taken")
	}
	asked := s.fetched.Load()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				if _, err := a.Caller(t.Context(), before); err == nil {
					t.Error("the old key is taken")
				}
			}
		})
	}
	wg.Wait()
	if now := s.fetched.Load(); now != asked {
		t.Errorf("bad tokens made the server ask the issuer %d times within 10 s", now-asked)
	}
}

// TestIssuerIsDown begins before the issuer does.
func TestIssuerIsDown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	at := &clock{}
	a := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: settings("http://" + address), Now: at.now})
	first := sign(t, jose.ES256, ecKey(), coordinator("http://"+address, nil))
	second := sign(t, jose.RS256, rsaKey(), coordinator("http://"+address, nil))
	code := func(token string) needmap.Code {
		_, err := a.Caller(t.Context(), token)
		return needmap.ErrorCode(err)
	}
	if c := code(first); c != needmap.CodeUnavailable {
		t.Errorf("before the issuer is there: %q", c)
	}
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	s := serveSigner(t, listener, ecKey())
	if c := code(first); c != "" {
		t.Errorf("when it is there: %q", c)
	}
	s.use(ecKey(), rsaKey())
	for name, answer := range map[string]http.HandlerFunc{
		"failing":      func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) },
		"hanging up":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"leading away": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) },
		"a web page":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for range 300 {
				_, _ = w.Write([]byte(strings.Repeat(" ", 8<<10)))
			}
		},
	} {
		s.answer.Store(answer)
		at.move(10 * time.Second)
		eventually(t, name, func() bool { return code(second) == needmap.CodeUnavailable })
		if c := code(first); c != "" {
			t.Errorf("%s: a known key is %q", name, c)
		}
	}
	s.answer.Store(http.HandlerFunc(nil))
	eventually(t, "the issuer", func() bool { return code(second) == "" })
}

// TestIssuerThatHangs does not keep a caller who has left.
func TestIssuerThatHangs(t *testing.T) {
	s, done, begun := newSigner(t, ecKey()), make(chan struct{}), make(chan struct{}, 8)
	s.answer.Store(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { begun <- struct{}{}; <-done }))
	defer close(done)
	a := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: settings(s.url)})
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := a.Caller(ctx, sign(t, jose.ES256, ecKey(), coordinator(s.url, nil)))
		ended <- err
	}()
	<-begun
	leave()
	if err := <-ended; needmap.ErrorCode(err) != needmap.CodeUnavailable {
		t.Errorf("got %v", err)
	}
}

// TestIssuersThatAreNotTaken describe themselves in ways that are not safe.
func TestIssuersThatAreNotTaken(t *testing.T) {
	for name, description := range map[string]func(s *signer) map[string]any{
		"another's name": func(s *signer) map[string]any {
			return map[string]any{"issuer": "https://login.example.org", "jwks_uri": s.url + "/keys"}
		},
		"keys in plain http": func(s *signer) map[string]any {
			return map[string]any{"issuer": s.url, "jwks_uri": "http://192.0.2.1/keys"}
		},
		"keys in a file":         func(s *signer) map[string]any { return map[string]any{"issuer": s.url, "jwks_uri": "file:///keys"} },
		"no address of its keys": func(s *signer) map[string]any { return map[string]any{"issuer": s.url} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSigner(t, ecKey())
			s.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, description(s)) }))
			_, err := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: settings(s.url)}).Caller(t.Context(), sign(t, jose.ES256, ecKey(), coordinator(s.url, nil)))
			if needmap.ErrorCode(err) != needmap.CodeUnavailable {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestKeysWithoutDiscovery asks the issuer for nothing but its keys.
func TestKeysWithoutDiscovery(t *testing.T) {
	s := newSigner(t, ecKey())
	o := settings("https://login.example.org")
	o.JWKSURL = s.url + "/keys"
	v, err := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: o}).Caller(t.Context(), sign(t, jose.ES256, ecKey(), coordinator(o.Issuer, nil)))
	if err != nil || v.Actor != "m.rossi (f3a1, login.example.org)" || s.fetched.Load() != 1 {
		t.Errorf("got %+v, %v, with %d questions", v, err, s.fetched.Load())
	}
}

// TestSharedKeysAreNotTaken: an issuer that shows a symmetric key lets everybody
// sign with it.
func TestSharedKeysAreNotTaken(t *testing.T) {
	s, secret := newSigner(t, ecKey()), []byte("a key that the whole world can read")
	o := settings(s.url)
	o.JWKSURL = s.url + "/keys"
	s.answer.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"keys": []any{map[string]any{"kty": "oct", "kid": "shared", "k": base64.RawURLEncoding.EncodeToString(secret)}}})
	}))
	token := sign(t, jose.HS256, jose.JSONWebKey{Key: secret, KeyID: "shared"}, coordinator(s.url, nil))
	v, err := newAuthenticator(t, auth.Options{Store: &memory{}, OIDC: o}).Caller(t.Context(), token)
	checkRefused(t, v, err)
}
