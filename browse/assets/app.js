"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const el = (tag, text, cls) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };
  let program = null, pos = null, ahead = [], asked = 0;

  async function ask(url, body) {
    const r = await fetch(url, body && {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    const text = await r.text();
    let v;
    try { v = JSON.parse(text); } catch { throw new Error(text || r.statusText); }
    if (!r.ok) throw new Error(v.error || r.statusText);
    return v;
  }

  function say(text) {
    $("message").hidden = !text;
    $("message").textContent = text || "";
  }

  // go shows what a request for a position returns. Of several requests under way the last one counts.
  async function go(url, body, keep) {
    const mine = ++asked;
    document.body.ariaBusy = "true";
    try {
      const at = await ask(url, body);
      if (mine !== asked) return;
      if (!keep) ahead = [];
      pos = at;
      say("");
      draw();
    } catch (e) {
      if (mine === asked) say(e.message);
    } finally {
      if (mine === asked) document.body.ariaBusy = "false";
    }
  }
  const at = (path, keep) => go("/api/at", {path}, keep);
  const take = id => at([...pos.path, id], ahead[0] === id ? (ahead.shift(), true) : false);
  function back() {
    if (!pos.path.length) return;
    ahead.unshift(pos.path[pos.path.length - 1]);
    at(pos.path.slice(0, -1), true);
  }
  const forward = () => ahead.length && take(ahead[0]);
  function to(n) {
    ahead = [...pos.path.slice(n), ...ahead];
    at(pos.path.slice(0, n), true);
  }

  function draw() {
    const box = $("threads");
    box.replaceChildren(...pos.threads.map((t, i) => {
      const card = el("div", undefined, "thread " + t.state + (t.moved ? " moved" : ""));
      const h = el("h3");
      if (i < 9) h.append(el("kbd", String(i + 1)));
      h.append(t.name, el("small", {enabled: "can step", waits: "blocked", rests: "may stay here", finished: "finished"}[t.state]));
      card.append(h);
      t.stack.forEach((f, d) => card.append(el("div", " ".repeat(2 * d) + f, "stack")));
      if (t.steps.length) {
        for (const s of t.steps) {
          const b = el("button", undefined, "step");
          b.append(el("code", s.text));
          b.dataset.id = s.id;
          b.addEventListener("click", () => take(s.id));
          card.append(b);
        }
      } else if (t.text) {
        const d = el("div", undefined, "still");
        d.append(el("code", t.text));
        card.append(d);
      }
      if (t.why) card.append(el("div", t.why, "why"));
      if (t.text && t.at) card.append(el("div", t.at, "at"));
      if (t.held) card.append(el("div", "holds " + t.held.join(", "), "held"));
      return card;
    }));
    const rows = pos.values.map(v => {
      const tr = el("tr", undefined, v.was !== undefined ? "new" : "");
      tr.append(el("td", v.name));
      const td = el("td");
      if (v.was !== undefined) td.append(el("s", v.was));
      td.append(v.value);
      tr.append(td);
      return tr;
    });
    $("state").tBodies[0].replaceChildren(...rows.filter(r => r.className), ...rows.filter(r => !r.className));
    const changed = pos.values.filter(v => v.was !== undefined).length;
    $("changes").textContent = pos.path.length ? (changed ? `${changed} changed` : "nothing changed") : "initial";
    $("path").replaceChildren(...pos.steps.map((s, i) => {
      const li = el("li", undefined, i === pos.steps.length - 1 ? "now" : "");
      const b = el("button");
      b.title = s.at;
      b.append(el("b", s.thread), (s.function ? s.function + "(): " : "") + s.text);
      b.addEventListener("click", () => to(i + 1));
      li.append(b);
      return li;
    }));
    $("broken").replaceChildren(...pos.broken.map(v => {
      const d = el("div");
      d.append(el("b", v.property === "deadlock" ? "DEADLOCK" : v.property + " is violated"), v.property === "deadlock" ? "" : v.text);
      return d;
    }));
    if (pos.over === "finished") $("broken").append(el("p", "Every thread has finished or may stay where it is."));
    $("count").textContent = pos.path.length === 1 ? "1 step" : pos.path.length + " steps";
    $("back").disabled = $("start").disabled = !pos.path.length;
    $("forward").disabled = !ahead.length;
    history.replaceState(null, "", "#" + program.hash + ":" + pos.path.join("."));
  }

  $("back").addEventListener("click", back);
  $("forward").addEventListener("click", forward);
  $("start").addEventListener("click", () => to(0));
  $("violate").addEventListener("click", () => go("/api/violation", {path: pos.path}));
  $("jump").addEventListener("submit", e => {
    e.preventDefault();
    const expr = $("expr").value.trim();
    if (expr) go("/api/jump", {path: pos.path, expr});
  });
  $("save").addEventListener("click", () => {
    const a = el("a");
    a.href = `/export/${$("format").value}?path=${pos.path.join(".")}`;
    a.download = "";
    a.click();
  });
  $("link").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied: it leads here as long as the program is the same.");
    } catch {
      say(location.href);
    }
  });
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || !pos) return;
    if (e.target.matches("input, select")) {
      if (e.key === "Escape") e.target.blur();
      return;
    }
    const keys = {ArrowLeft: back, ArrowRight: forward, Home: () => pos.path.length && to(0), "/": () => $("expr").focus(), v: () => $("violate").click()};
    let f = keys[e.key];
    if (e.key >= "1" && e.key <= "9") {
      const t = pos.threads[e.key - 1];
      if (t && t.steps.length) f = () => take(t.steps[0].id);
      else if (t) f = () => say(`${t.name} cannot step: ${t.why || (t.state === "finished" ? "it has finished" : "it waits for something to do")}.`);
    }
    if (f) {
      e.preventDefault();
      f();
    }
  });

  // open shows the position of the link that the page was opened by, or the initial state.
  function open() {
    const [hash, steps] = location.hash.slice(1).split(":");
    const path = steps ? steps.split(".").map(Number) : [];
    if (hash && hash !== program.hash) {
      return at([]).then(() => say("The link is of another program: the scenario, the kernel or the model has changed. This is the initial state."));
    }
    return at(path).then(() => pos || at([]));
  }
  window.addEventListener("hashchange", open);

  ask("/api/program").then(p => {
    program = p;
    document.title = `${p.scenario} on ${p.kernel}: hpmc explore`;
    $("title").replaceChildren(p.scenario + " ", el("small", "on " + p.kernel));
    $("format").replaceChildren(...p.formats.map(f => el("option", f)));
    return open();
  }).catch(e => say(e.message));
})();
