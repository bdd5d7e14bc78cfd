// Package browser runs pages in headless Chromium for tests.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hpmc/internal/need"
)

// Page is a browser's tab.
type Page struct {
	context.Context
	mu       sync.Mutex
	requests []string
	faults   []string
}

// Open starts a browser of so many pixels. Without Chromium the test is skipped, unless CI_NO_SKIP is set.
func Open(t *testing.T, width, height int) *Page {
	t.Helper()
	exe := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && exe == "" {
			exe = found
		}
	}
	if exe == "" {
		need.Nil(t, errors.New("chromium is not installed"))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(width, height), chromedp.UserDataDir(profile(t)), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	p := &Page{Context: ctx}
	chromedp.ListenTarget(ctx, func(ev any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			p.requests = append(p.requests, e.Request.URL)
		case *runtime.EventExceptionThrown:
			p.faults = append(p.faults, e.ExceptionDetails.Error())
		}
	})
	if err := chromedp.Run(ctx, network.Enable(), runtime.Enable()); err != nil {
		t.Fatal(err)
	}
	return p
}

// profile makes a directory for the browser's profile. Processes of the browser can outlive it by a moment and still
// write there, so that removing it, unlike t.TempDir's, may take several attempts.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hpmc-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var err error
		for range 100 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Logf("the browser's profile stays behind: %v", err)
	})
	return dir
}

// Do takes actions, which must succeed.
func (p *Page) Do(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(p.Context, actions...); err != nil {
		t.Fatal(err)
	}
}

// Eval returns the value of an expression of the page's script.
func (p *Page) Eval(t *testing.T, expr string) (out string) {
	t.Helper()
	p.Do(t, chromedp.Evaluate("String("+expr+")", &out))
	return out
}

// Wait waits until an expression of the page's script is true.
func (p *Page) Wait(t *testing.T, expr string) {
	t.Helper()
	for range 200 {
		if p.Eval(t, expr) == "true" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not become true", expr)
}

// Quiet checks that the page asked for nothing that does not begin with a prefix, and that its script had no fault.
func (p *Page) Quiet(t *testing.T, prefix string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.requests {
		if !strings.HasPrefix(r, prefix) && !strings.HasPrefix(r, "data:") {
			t.Errorf("the page asked for %s", r)
		}
	}
	for _, f := range p.faults {
		t.Errorf("the page's script: %s", f)
	}
}

// Shot writes a picture of the page to a file in the directory that HPMC_SHOTS names, if it does.
func (p *Page) Shot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("HPMC_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	p.Do(t, chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Size gives the window another size, in pixels.
func (p *Page) Size(t *testing.T, width, height int64) {
	t.Helper()
	p.Do(t, emulation.SetDeviceMetricsOverride(width, height, 1, false))
}

// Scheme lets the page see the user's preference for "light" or "dark" pages.
func (p *Page) Scheme(t *testing.T, scheme string) {
	t.Helper()
	p.Do(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// Looks takes pictures of the page, light and dark, on a wide window and on a narrow one, under names that begin with
// name. The page must fit the width of each window, must be light on dark if the user prefers it, and its text must
// have a contrast of 4.5 at least, which is what WCAG 2.1 asks for.
func (p *Page) Looks(t *testing.T, name string) {
	t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(t, scheme)
		for _, w := range []struct {
			name          string
			width, height int64
		}{{"wide", 1280, 800}, {"narrow", 420, 900}} {
			p.Size(t, w.width, w.height)
			p.Shot(t, name+"-"+scheme+"-"+w.name)
			if got := p.Eval(t, "document.documentElement.scrollWidth <= window.innerWidth"); got != "true" {
				t.Errorf("%s, %s: the page is wider than a window of %d pixels", name, scheme, w.width)
			}
		}
		p.Size(t, 1280, 800)
		if got := p.Eval(t, contrast); got != "" {
			t.Errorf("%s, %s: hard to read: %s", name, scheme, got)
		}
		if got := p.Eval(t, "luminance(backdrop(document.body)) < 0.2"); (got == "true") != (scheme == "dark") {
			t.Errorf("%s: the page is dark: %s, and the user prefers it %s", name, got, scheme)
		}
	}
	p.Scheme(t, "light")
}

// contrast lists texts that are hard to read.
const contrast = `(() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  window.backdrop = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c[3] > 0.5) return c;
    }
    const c = parse(getComputedStyle(document.documentElement).backgroundColor);
    return c[3] > 0.5 ? c : [255, 255, 255, 1];
  };
  window.luminance = c => {
    const l = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const bad = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.offsetParent || e.matches("[disabled]")) continue;
    if (["SCRIPT", "STYLE", "OPTION"].includes(e.tagName)) continue;
    const a = luminance(parse(getComputedStyle(e).color)), b = luminance(backdrop(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.add(e.textContent.trim().slice(0, 30) + " (" + ratio.toFixed(1) + ")");
  }
  return [...bad].slice(0, 5).join("; ");
})()`
