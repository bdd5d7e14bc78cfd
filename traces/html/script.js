"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const last = data.states.length - 1;
  const tables = document.querySelectorAll("table.trace");
  let step = last;

  const el = (tag, text, cls) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };
  const shown = () => $("all").checked ? tables[1] : tables[0];

  function draw() {
    const after = data.states[step], before = data.states[Math.max(step - 1, 0)];
    $("where").textContent = step ? `step ${step} of ${last}` : "before the first step";
    $("step").textContent = step ? `Step ${step}: ${after.thread}` : "The initial state";
    if (step) {
      $("step").append(el("small", " " + after.at));
    }
    const box = $("instead");
    box.replaceChildren();
    for (const c of before.choices) {
      const took = step && c.thread === after.thread;
      const line = el("div", undefined, c.state + (took ? " took" : ""));
      line.append(el("span", c.thread));
      const what = el("span");
      what.append(el("code", took ? after.text : c.text || "at its end"));
      if (!took && c.state === "enabled" && step) what.append(" could run instead");
      if (c.state === "rests" && c.text) what.append(" may stay there");
      if (c.why) what.append(el("i", c.why));
      line.append(what);
      box.append(line);
    }
    const body = $("state").tBodies[0];
    body.replaceChildren();
    let changed = 0;
    const rows = data.names.map((name, i) => {
      const tr = el("tr"), now = after.values[i], was = before.values[i];
      tr.append(el("td", name));
      const td = el("td");
      if (step && after.changed && after.changed.includes(i)) {
        tr.className = "new";
        changed++;
        td.append(el("s", was));
      }
      td.append(now);
      tr.append(td);
      return tr;
    });
    body.append(...rows.filter(r => r.className), ...rows.filter(r => !r.className));
    $("changes").textContent = step ? (changed ? `${changed} changed` : "nothing changed") : "";
    for (const t of tables) {
      for (const tr of t.tBodies[0].rows) tr.classList.toggle("on", +tr.dataset.step === step);
    }
    const on = shown().querySelector("tr.on");
    if (on) on.scrollIntoView({block: "nearest"});
    history.replaceState(null, "", "#" + step);
  }

  // The steps that the table on the page has rows for, and the initial state.
  function steps() {
    return [...new Set([0, ...[...shown().tBodies[0].rows].map(r => +r.dataset.step), last])].sort((a, b) => a - b);
  }
  function move(by) {
    const all = steps();
    const next = by > 0 ? all.find(s => s > step) : all.findLast(s => s < step);
    if (next !== undefined) go(next);
  }
  function go(n) {
    step = Math.min(Math.max(n, 0), last);
    draw();
  }

  function find() {
    const want = $("find").value.toLowerCase();
    let hits = 0;
    for (const tr of shown().tBodies[0].rows) {
      const hit = want !== "" && tr.textContent.toLowerCase().includes(want);
      tr.classList.toggle("hit", hit);
      hits += hit;
    }
    $("found").textContent = want ? `${hits} found` : "";
    return hits;
  }

  for (const t of tables) {
    t.addEventListener("click", e => {
      const tr = e.target.closest("tr[data-step]");
      if (tr) go(+tr.dataset.step);
    });
  }
  $("prev").addEventListener("click", () => move(-1));
  $("next").addEventListener("click", () => move(1));
  $("all").addEventListener("change", () => {
    tables[0].hidden = $("all").checked;
    tables[1].hidden = !$("all").checked;
    find();
    draw();
  });
  $("find").addEventListener("input", find);
  document.querySelector("form.tools").addEventListener("submit", e => e.preventDefault());
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target === $("find")) {
      if (e.key === "Escape") { $("find").value = ""; find(); $("find").blur(); }
      if (e.key === "Enter") {
        const hits = [...shown().querySelectorAll("tr.hit")];
        const next = hits.find(r => +r.dataset.step > step) || hits[0];
        if (next) go(+next.dataset.step);
        e.preventDefault();
      }
      return;
    }
    const keys = {
      ArrowRight: () => move(1), ArrowDown: () => move(1), j: () => move(1),
      ArrowLeft: () => move(-1), ArrowUp: () => move(-1), k: () => move(-1),
      Home: () => go(0), End: () => go(last),
      a: () => $("all").click(), "/": () => $("find").focus(),
    };
    if (keys[e.key]) {
      e.preventDefault();
      keys[e.key]();
    }
  });

  document.querySelector("form.tools").hidden = false;
  $("panel").hidden = false;
  const at = parseInt(location.hash.slice(1), 10);
  go(Number.isNaN(at) ? last : at);
})();
