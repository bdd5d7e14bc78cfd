package html_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hpmc/internal/browser"
	"hpmc/traces/html"
	"hpmc/traces/internal/examples"
)

func page(t *testing.T, e examples.Example) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Write(&b, e.Trace(t)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), e.File+".html")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestStatic looks at what is there without scripts: the table and what is violated, and nothing to fetch.
func TestStatic(t *testing.T) {
	for _, e := range examples.All {
		text, err := os.ReadFile(page(t, e))
		if err != nil {
			t.Fatal(err)
		}
		s := string(text)
		for _, want := range []string{"<b>" + e.Property + "</b>", e.Scenario + " on " + e.Kernel, `<table class="trace"`, "queue_work(cpuset_hotplug_work)"} {
			if !strings.Contains(s, want) {
				t.Errorf("%s: no %q", e.File, want)
			}
		}
		if regexp.MustCompile(`(?i)(src|href)=|url\(|@import|https?:`).MatchString(s) {
			t.Errorf("%s refers to something else", e.File)
		}
	}
}

// TestBrowser steps through a page with keys.
func TestBrowser(t *testing.T) {
	p := browser.Open(t, 1280, 800)
	p.Do(t, chromedp.Navigate("file://"+page(t, examples.All[0])))
	where := func(want string) {
		t.Helper()
		if got := p.Eval(t, `document.getElementById("where").textContent`); got != want {
			t.Errorf("at %q, not %q", got, want)
		}
	}
	where("step 19 of 19")
	p.Shot(t, "report")
	p.Do(t, chromedp.KeyEvent(kb.ArrowLeft))
	where("step 18 of 19")
	if got := p.Eval(t, `document.getElementById("panel").innerText`); !strings.Contains(got, "kworker") || !strings.Contains(got, "could run instead") {
		t.Errorf("the panel says %q", got)
	}
	p.Do(t, chromedp.KeyEvent("k"))
	where("step 17 of 19")
	if got := p.Eval(t, `document.querySelector("#state tr.new").innerText.replace(/\s+/g, " ")`); got != "uevents.slot[0].full truefalse" && got != "uevents.slot[0].full true false" {
		t.Errorf("what changed first is %q", got)
	}
	p.Do(t, chromedp.KeyEvent(kb.Home))
	where("before the first step")
	p.Do(t, chromedp.KeyEvent(kb.ArrowRight))
	where("step 1 of 19")
	p.Do(t, chromedp.KeyEvent(kb.ArrowRight)) // steps that do not matter are passed over
	where("step 6 of 19")
	p.Do(t, chromedp.KeyEvent("a"), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft))
	where("step 5 of 19")
	p.Do(t, chromedp.KeyEvent("/"))
	if got := p.Eval(t, "document.activeElement.id"); got != "find" {
		t.Errorf("/ moves to %q", got)
	}
	p.Eval(t, `document.getElementById("find").value = ""`)
	p.Do(t, chromedp.SendKeys("#find", "uevents", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	where("step 16 of 19")
	if got := p.Eval(t, `document.getElementById("found").textContent`); got != "2 found" {
		t.Errorf("%q", got)
	}
	p.Do(t, chromedp.KeyEvent(kb.Escape), chromedp.Click(`table:not([hidden]) tr[data-step="9"]`, chromedp.ByQuery))
	p.Shot(t, "report-every")
	p.Do(t, chromedp.KeyEvent(kb.End))
	where("step 19 of 19")
	p.Quiet(t, "file:")
	p.Looks(t, "report")
}

// TestLooks looks at pages of other shapes: a deadlock, many threads, a circle of locks.
func TestLooks(t *testing.T) {
	p := browser.Open(t, 1280, 800)
	for _, e := range examples.All[1:] {
		p.Do(t, chromedp.Navigate("file://"+page(t, e)))
		p.Looks(t, "report-"+e.File)
	}
	p.Quiet(t, "file:")
}
