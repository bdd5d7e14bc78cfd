// Package browser runs pages in headless Chromium for tests.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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
		if os.Getenv("CI_NO_SKIP") != "" {
			t.Fatal("chromium is not installed")
		}
		t.Skip("chromium is not installed")
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
