package browse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hpmc"
	"hpmc/browse"
	"hpmc/internal/browser"
	"hpmc/model"
	"hpmc/scenarios"
	"hpmc/traces"
)

// session prepares a scenario of the catalogue.
func session(t *testing.T, scenario, kernel string) *browse.Session {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cat.Scenario(scenario)
	if err != nil {
		t.Fatal(err)
	}
	until := func(expr string) (*model.Program, error) {
		return cat.Build(s, kernel, scenarios.BuildOptions{Until: expr})
	}
	p, err := until("")
	if err != nil {
		t.Fatal(err)
	}
	return browse.NewSession(p, kernel, until)
}

// TestJump jumps to a condition and to a violation, and walks there.
func TestJump(t *testing.T) {
	s := session(t, "online-uevent", "v5.12")
	ctx := context.Background()
	path, err := s.Jump(ctx, nil, "k.Top.EffectiveCPUs.Has(1)")
	if err != nil {
		t.Fatal(err)
	}
	pos, err := s.At(path)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, v := range pos.Values {
		found = found || v.Name == "top_cpuset.effective_cpus" && v.Value == "{0-1}" && v.Was == "{0}"
	}
	if !found || len(path) != 15 {
		t.Errorf("%d steps to %+v", len(path), pos.Values)
	}
	if _, err := s.Jump(ctx, path, "!k.Top.EffectiveCPUs.Has(1)"); !errors.Is(err, browse.ErrNowhere) {
		t.Errorf("back: %v", err)
	}
	if _, err := s.Jump(ctx, nil, "k.Tpo"); err == nil || !strings.Contains(err.Error(), "--until:1:3") {
		t.Errorf("a wrong expression: %v", err)
	}
	path, err = s.Violation(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if pos, err = s.At(path); err != nil || len(pos.Broken) != 1 || pos.Broken[0].Property != "effective-at-online-uevent-sent" {
		t.Errorf("%+v, %v", pos.Broken, err)
	}
	tr, err := s.Trace(path)
	if err != nil || tr.Property().Name != "effective-at-online-uevent-sent" {
		t.Errorf("%v", err)
	}
	if tr, err = s.Trace(path[:3]); err != nil || tr.Property().Kind != model.Reachable || len(tr.Steps) != 3 {
		t.Errorf("%v", err)
	}
	if _, err := s.At([]int{7}); err == nil || !strings.Contains(err.Error(), "step 1 cannot be taken") {
		t.Errorf("%v", err)
	}
	if _, err := s.At([]int{-1}); err == nil {
		t.Error("a step of no transition")
	}
}

// TestDeadlock walks into one.
func TestDeadlock(t *testing.T) {
	s := session(t, "online-uevent", "wait-under-lock")
	path, err := s.Violation(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for {
		pos, err := s.At(path)
		if err != nil {
			t.Fatal(err)
		}
		if pos.Over == "deadlock" {
			waits := ""
			for _, th := range pos.Threads {
				waits += th.Why + "\n"
			}
			if !strings.Contains(waits, "blocked on cpu_hotplug_lock, held by writer") {
				t.Errorf("%s", waits)
			}
			return
		}
		if path, err = s.Violation(context.Background(), path); err != nil {
			t.Fatal(err)
		}
	}
}

var text = []browse.Format{{Name: "text", Suffix: ".txt", Type: "text/plain", Write: func(w io.Writer, t *traces.Trace) error {
	_, err := io.WriteString(w, t.Table(traces.Options{All: true}))
	return err
}}}

// TestServer asks wrong things.
func TestServer(t *testing.T) {
	h := session(t, "online-uevent", "v5.12").Handler(text)
	do := func(method, url, host, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, url, strings.NewReader(body))
		r.Host = host
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	const me, js = "127.0.0.1:80", "application/json"
	for _, c := range []struct {
		method, url, host, kind, body string
		code                          int
		says                          string
	}{
		{"GET", "/", me, "", "", 200, "hpmc explore"},
		{"GET", "/", "localhost:8080", "", "", 200, ""},
		{"GET", "/", "[::1]:8080", "", "", 200, ""},
		{"GET", "/", "evil.example:80", "", "", 403, "this machine only"},
		{"GET", "/nothing", me, "", "", 404, ""},
		{"POST", "/api/at", me, js, `{"path":[0]}`, 200, `"path":[0]`},
		{"POST", "/api/at", me, js, `{"path":[5]}`, 422, "step 1 cannot be taken"},
		{"POST", "/api/at", me, js, `{"path":`, 400, ""},
		{"POST", "/api/at", me, "text/plain", `{"path":[0]}`, 415, "JSON"},
		{"POST", "/api/jump", me, js, `{"path":[],"expr":"k."}`, 422, "error"},
		{"POST", "/api/jump", me, js, `{"path":[],"expr":"false"}`, 404, "no run from here"},
		{"GET", "/export/text?path=0", me, "", "", 200, "lock(device_hotplug_lock)"},
		{"GET", "/export/text?path=x", me, "", "", 400, "numbers"},
		{"GET", "/export/text?path=5", me, "", "", 400, "step 1"},
		{"GET", "/export/pdf?path=0", me, "", "", 404, ""},
	} {
		w := do(c.method, c.url, c.host, c.kind, c.body)
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s %s: %d %s", c.method, c.url, c.body, w.Code, w.Body)
		}
		if c.code == 200 && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: no policy", c.url)
		}
	}
}

// TestWalk takes every step that the page offers, at random, and never fails.
func TestWalk(t *testing.T) {
	for _, name := range []string{"online-uevent", "smt-off", "suspend-quiet"} {
		srv := httptest.NewServer(session(t, name, "v5.12").Handler(text))
		var pos browse.Position
		path := []int{}
		for n := range 60 {
			body, _ := json.Marshal(map[string]any{"path": path})
			r, err := http.Post(srv.URL+"/api/at", "application/json", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			err = json.NewDecoder(r.Body).Decode(&pos)
			r.Body.Close()
			if err != nil || r.StatusCode != 200 || len(pos.Steps) != n {
				t.Fatalf("%d, %v: %+v", r.StatusCode, err, pos)
			}
			var can []int
			for _, th := range pos.Threads {
				for _, s := range th.Steps {
					can = append(can, s.ID)
				}
			}
			if len(can) == 0 {
				break
			}
			path = append(path, can[(n*7+3)%len(can)])
		}
		srv.Close()
	}
}

// TestBrowser walks by keys and clicks.
func TestBrowser(t *testing.T) {
	srv := httptest.NewServer(session(t, "online-uevent", "v5.12").Handler(text))
	defer srv.Close()
	p := browser.Open(t, 1280, 860)
	count := func(want string) {
		t.Helper()
		p.Wait(t, fmt.Sprintf("document.getElementById('count').textContent === %q", want))
	}
	p.Do(t, chromedp.Navigate(srv.URL))
	count("0 steps")
	p.Do(t, chromedp.KeyEvent("1"))
	count("1 step")
	if got := p.Eval(t, "document.querySelector('tr.new').innerText.replace(/\\s+/g, ' ')"); !strings.HasPrefix(got, "device_hotplug_lock false") {
		t.Errorf("what changed is %q", got)
	}
	p.Do(t, chromedp.KeyEvent("2")) // udevd has nothing to receive
	p.Wait(t, "document.getElementById('message').textContent.includes('udevd cannot step')")
	p.Do(t, chromedp.KeyEvent(kb.ArrowLeft))
	count("0 steps")
	p.Do(t, chromedp.KeyEvent(kb.ArrowRight))
	count("1 step")
	p.Do(t, chromedp.Click(".thread .step", chromedp.ByQuery))
	count("2 steps")
	p.Do(t, chromedp.SendKeys("#expr", "k.CPUActiveMask.Has(1)"+kb.Enter, chromedp.ByQuery))
	count("10 steps")
	p.Shot(t, "explore")
	p.Do(t, chromedp.SendKeys("#expr", " &&"+kb.Enter, chromedp.ByQuery))
	p.Wait(t, "document.getElementById('message').textContent.includes('--until:1:')")
	p.Eval(t, "document.getElementById('expr').value = ''")
	p.Do(t, chromedp.Click("#violate", chromedp.ByQuery))
	p.Wait(t, "document.getElementById('broken').textContent.includes('is violated')")
	p.Shot(t, "explore-violation")
	p.Looks(t, "explore")
	// The link leads to the same place in another tab; one of another program says so.
	link := p.Eval(t, "location.href")
	steps := p.Eval(t, "document.getElementById('count').textContent")
	p.Do(t, chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	count(steps)
	p.Do(t, chromedp.Navigate("about:blank"), chromedp.Navigate(srv.URL+"/#0123456789abcdef:0.1"))
	count("0 steps")
	p.Wait(t, "document.getElementById('message').textContent.includes('another program')")
	p.Quiet(t, srv.URL)
}
