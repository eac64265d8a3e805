"use strict";
// Two canvases: boxes above, arrows below. Arrows are drawn some thousands a frame into a canvas of their own and shown
// when all are there; until then the last drawing is moved and stretched, so that nothing ever waits for them.
const data = JSON.parse(document.getElementById("data").textContent);
const boxes = data.boxes.map((b, i) => ({ kind: b[0], title: b[1], marked: b[2] & 1, bad: b[2] & 2, line: b[3], facts: b.slice(4), i }));
const KINDS = ["version", "step", "model"], W = 184, H = 46, ACROSS = 240, DOWN = 66, A_FRAME = 6000;
const X = Float64Array.from(data.columns, c => c * ACROSS), Y = Float64Array.from(data.heights, h => h * DOWN);
const arrows = data.arrows, COUNT = arrows.length / 3;
const $ = id => document.getElementById(id);
const stage = $("stage"), under = $("arrows"), over = $("boxes"), panel = $("facts");
const after = boxes.map(() => []), before = boxes.map(() => []);
for (let a = 0; a < COUNT; a++) { after[arrows[3 * a]].push(a); before[arrows[3 * a + 1]].push(a); }
const ranks = boxes.map((_, i) => i).sort((a, b) => X[a] - X[b] || Y[a] - Y[b]);
let view = { k: 1, x: 0, y: 0 }, drawn = { ...view }, chosen = -1, hits = [], hit = -1, reach = new Set(), ink = {}, job = 0, later = 0;

$("title").textContent = data.title;
const kinds = [0, 1, 2].map(k => boxes.filter(b => b.kind === k).length);
const many = (n, one, more) => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;
$("counts").textContent = [many(kinds[0], "version", "versions"), many(kinds[1], "step", "steps"), ...(kinds[2] ? [many(kinds[2], "registered model", "registered models")] : []), many(COUNT, "arrow", "arrows")].join(" · ");
if (!kinds[2]) document.querySelector(".key .model").remove();

function colours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "ink", "dim", "arrow", "strong", "focus", ...[...KINDS, "bad"].flatMap(k => [k, k + "-edge"])]) ink[name] = style.getPropertyValue("--" + name).trim();
}
function bounds() {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (let i = 0; i < boxes.length; i++) { left = Math.min(left, X[i]); right = Math.max(right, X[i] + W); top = Math.min(top, Y[i]); bottom = Math.max(bottom, Y[i] + H); }
  return boxes.length ? { left, top, right, bottom } : { left: 0, top: 0, right: W, bottom: H };
}
const size = () => ({ w: stage.clientWidth, h: stage.clientHeight });
function fit() {
  const b = bounds(), s = size(), k = Math.min(1.15, (s.w - 60) / (b.right - b.left), (s.h - 110) / (b.bottom - b.top));
  view = { k, x: s.w / 2 - k * (b.left + b.right) / 2, y: (s.h - 20) / 2 - k * (b.top + b.bottom) / 2 };
  changed();
}
function zoom(factor, px = size().w / 2, py = size().h / 2) {
  const k = Math.max(0.0005, Math.min(3, view.k * factor));
  view = { k, x: px - (px - view.x) * k / view.k, y: py - (py - view.y) * k / view.k };
  changed();
}
function centre(i, nearer) {
  const s = size(), k = nearer ? Math.max(view.k, 0.8) : view.k;
  view = { k, x: s.w / 2 - k * (X[i] + W / 2), y: s.h / 2 - k * (Y[i] + H / 2) };
  changed();
}
function prepared(canvas) {
  const s = size(), dots = window.devicePixelRatio || 1;
  canvas.width = s.w * dots; canvas.height = s.h * dots;
  canvas.style.width = s.w + "px"; canvas.style.height = s.h + "px";
  const c = canvas.getContext("2d");
  c.setTransform(dots, 0, 0, dots, 0, 0);
  return c;
}
function changed() {
  const k = view.k / drawn.k;
  under.style.transform = `matrix(${k},0,0,${k},${view.x - drawn.x * k},${view.y - drawn.y * k})`;
  cancelAnimationFrame(later);
  later = requestAnimationFrame(() => { drawBoxes(); clearTimeout(job); job = setTimeout(drawArrows, COUNT > A_FRAME ? 90 : 0); });
}
let turn = 0;
function drawArrows() {
  const mine = ++turn, at = { ...view }, canvas = document.createElement("canvas"), c = prepared(canvas), s = size();
  const curved = COUNT < 4000 || at.k > 0.25, faint = COUNT > 4000 && at.k < 0.12, todo = { from: 0 };
  const px = i => at.x + at.k * X[i], py = i => at.y + at.k * (Y[i] + H / 2), w = W * at.k;
  c.lineWidth = faint ? 0.6 : Math.max(0.8, Math.min(1.4, at.k * 1.6));
  function one(a, heads) {
    const i = arrows[3 * a], j = arrows[3 * a + 1], x1 = px(i) + w, y1 = py(i), x2 = px(j), y2 = py(j);
    if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > s.w || Math.max(y1, y2) < 0 || Math.min(y1, y2) > s.h) return;
    c.moveTo(x1, y1);
    if (!curved) { c.lineTo(x2, y2); return; }
    const pull = Math.max(24 * at.k, Math.abs(x2 - x1) / 2.2);
    c.bezierCurveTo(x1 + pull, y1, x2 - pull, y2, x2 - (heads ? 5 * at.k : 0), y2);
    if (heads) { const t = 7 * at.k; c.moveTo(x2 - t, y2 - t * 0.6); c.lineTo(x2, y2); c.lineTo(x2 - t, y2 + t * 0.6); }
  }
  function some() {
    if (mine !== turn) return;
    const until = Math.min(COUNT, todo.from + A_FRAME), heads = at.k > 0.3;
    c.strokeStyle = ink.arrow; c.globalAlpha = reach.size ? 0.25 : faint ? 0.28 : 0.9;
    c.beginPath();
    for (let a = todo.from; a < until; a++) if (!reach.has(a)) one(a, heads);
    c.stroke();
    todo.from = until;
    if (until < COUNT) { requestAnimationFrame(some); return; }
    if (reach.size) {
      c.globalAlpha = 1; c.strokeStyle = ink.strong; c.lineWidth = Math.max(1.2, c.lineWidth * 1.3);
      c.beginPath(); for (const a of reach) one(a, heads); c.stroke();
    }
    if (at.k > 0.62) labels(c, px, py, w, s);
    const shown = prepared(under);
    shown.setTransform(1, 0, 0, 1, 0, 0);
    if (canvas.width && canvas.height) shown.drawImage(canvas, 0, 0);
    drawn = at;
    const k = view.k / at.k;
    under.style.transform = `matrix(${k},0,0,${k},${view.x - at.x * k},${view.y - at.y * k})`;
  }
  some();
}
function labels(c, px, py, w, s) {
  c.globalAlpha = 1; c.font = `${10.5 * view.k}px system-ui, sans-serif`; c.textAlign = "right"; c.textBaseline = "bottom";
  for (let a = 0, n = 0; a < COUNT && n < 400; a++) {
    const text = data.labels[arrows[3 * a + 2]];
    if (!text) continue;
    const j = arrows[3 * a + 1], x = px(j), y = py(j), i = arrows[3 * a];
    if (x < 0 || x > s.w + 80 || y < 0 || y > s.h) continue;
    n++;
    c.fillStyle = ink.dim;
    const slope = Math.sign(py(i) - y) > 0 ? 1 : -1;  // beside the arrow's end, on the side it does not come from
    c.fillText(shortened(c, text, 46 * view.k), x - 9 * view.k, y - 3 * view.k + (slope < 0 ? 15 * view.k : 0));
  }
}
function shortened(c, text, room) {
  if (c.measureText(text).width <= room) return text;
  let low = 0, high = text.length;
  while (low < high) { const mid = (low + high + 1) >> 1; if (c.measureText(text.slice(0, mid) + "…").width <= room) low = mid; else high = mid - 1; }
  return text.slice(0, low) + "…";
}
function visible() {
  const s = size(), left = -view.x / view.k - W, right = (s.w - view.x) / view.k, top = -view.y / view.k - H, bottom = (s.h - view.y) / view.k;
  return ranks.filter(i => X[i] >= left && X[i] <= right && Y[i] >= top && Y[i] <= bottom);
}
function drawBoxes() {
  const c = prepared(over), k = view.k, seen = visible(), hitSet = new Set(hits);
  const near = reach.size ? new Set([...reach].flatMap(a => [arrows[3 * a], arrows[3 * a + 1]])) : null;
  if (k < 0.16) {  // too far to read: one shape a kind
    for (const kind of [1, 0, 2]) {
      c.fillStyle = ink[KINDS[kind] + "-edge"];
      c.globalAlpha = near ? 0.35 : 1;
      for (const i of seen) if (boxes[i].kind === kind) c.fillRect(view.x + k * X[i], view.y + k * Y[i], Math.max(1.5, k * W), Math.max(1.5, k * H));
    }
    c.globalAlpha = 1;
    for (const i of seen) {
      const strong = i === chosen || hitSet.has(i) || boxes[i].marked || (near && near.has(i));
      if (!strong) continue;
      const d = Math.max(i === chosen || boxes[i].marked ? 7 : 3, k * H);
      c.fillStyle = i === chosen || hitSet.has(i) || near ? ink.strong : ink.ink;
      c.fillRect(view.x + k * (X[i] + W / 2) - d / 2, view.y + k * (Y[i] + H / 2) - d / 2, d, d);
    }
    return;
  }
  c.setTransform(c.getTransform().a * k, 0, 0, c.getTransform().d * k, c.getTransform().a * view.x, c.getTransform().d * view.y);
  c.textBaseline = "middle";
  for (const i of seen) box(c, boxes[i], k, near && !near.has(i) && i !== chosen, hitSet.has(i));
}
function box(c, b, k, dim, found) {
  const x = X[b.i], y = Y[b.i], tone = b.bad ? "bad" : KINDS[b.kind];
  c.globalAlpha = dim ? 0.45 : 1;
  c.beginPath();
  c.roundRect(x, y, W, H, b.kind === 1 ? H / 2 : 7);
  c.fillStyle = found ? ink.strong : ink.paper; c.fill();
  if (!found) { c.fillStyle = ink[tone]; c.fill(); }
  c.lineWidth = b.i === chosen ? 3.5 : b.marked ? 2.6 : 1.2;
  c.strokeStyle = b.i === chosen ? ink.strong : ink[tone + "-edge"];
  c.stroke();
  if (k < 0.3) { c.globalAlpha = 1; return; }
  const inset = b.kind === 1 ? 16 : 10, room = W - 2 * inset;
  c.textAlign = "left";
  c.fillStyle = found ? ink.paper : ink.ink;
  c.font = `${b.kind === 1 ? 500 : 650} 13px system-ui, sans-serif`;
  c.fillText(shortened(c, b.title, room), x + inset, y + (b.line && k > 0.45 ? 16 : H / 2));
  if (b.line && k > 0.45) {
    c.fillStyle = found ? ink.paper : ink.dim; c.font = "10.5px system-ui, sans-serif";
    c.fillText(shortened(c, b.line, room), x + inset, y + 32);
  }
  c.globalAlpha = 1;
}
function way(start, next, end, found) {
  const seen = new Set([start]), open = [start];
  for (const i of open) for (const a of next[i]) { found.add(a); const j = arrows[3 * a + end]; if (!seen.has(j)) { seen.add(j); open.push(j); } }
  return seen.size - 1;
}
function choose(i, nearer) {
  chosen = i; reach = new Set(); panel.replaceChildren(); panel.hidden = i < 0;
  if (i >= 0) {
    const b = boxes[i], up = way(i, before, 0, reach), down = way(i, after, 1, reach);
    const make = (tag, text, to = panel) => { const e = document.createElement(tag); if (text) e.textContent = text; to.append(e); return e; };
    const close = make("button", "Close"); close.className = "close"; close.onclick = () => { choose(-1); stage.focus(); };
    make("h2", b.title);
    make("small", [KINDS[b.kind] === "model" ? "registered model" : KINDS[b.kind], `${up.toLocaleString("en")} before it`, `${down.toLocaleString("en")} after it`].join(" · "));
    const list = make("dl");
    for (let n = 0; n < b.facts.length; n += 2) { make("dt", data.names[b.facts[n]], list); make("dd", b.facts[n + 1], list); }
    links(make, b.kind === 1 ? "Used" : "Made by", before[i], 0);
    links(make, b.kind === 1 ? "Made" : "Used by", after[i], 1);
    if (nearer !== undefined) centre(i, nearer);
  }
  resized();
}
function links(make, heading, those, end) {
  if (!those.length) return;
  make("h3", `${heading} (${those.length.toLocaleString("en")})`);
  const list = make("ul");
  for (const a of those.slice(0, 60)) {
    const j = arrows[3 * a + end], label = data.labels[arrows[3 * a + 2]];
    make("button", boxes[j].title + (label ? `  (${label})` : ""), make("li", "", list)).onclick = () => choose(j, false);
  }
  if (those.length > 60) make("small", `and ${(those.length - 60).toLocaleString("en")} more`);
}
function search() {
  const words = $("find").value.trim().toLowerCase();
  hits = words ? boxes.filter(b => b.title.toLowerCase().includes(words) || b.facts.some(f => typeof f === "string" && f.toLowerCase().includes(words))).map(b => b.i) : [];
  hits.sort((a, b) => X[a] - X[b] || Y[a] - Y[b]);
  hit = -1;
  $("found").textContent = words ? many(hits.length, "found", "found") : "";
  drawBoxes();
}
function nextHit(by) {
  if (!hits.length) return;
  hit = (hit + by + hits.length) % hits.length;
  $("found").textContent = `${(hit + 1).toLocaleString("en")} of ${hits.length.toLocaleString("en")}`;
  choose(hits[hit], true);
}
function under_pointer(event) {
  const r = stage.getBoundingClientRect(), x = (event.clientX - r.left - view.x) / view.k, y = (event.clientY - r.top - view.y) / view.k, slack = Math.max(0, 4 / view.k - H / 2);
  let best = -1, away = Infinity;
  for (let i = 0; i < boxes.length; i++) {
    if (x < X[i] - slack || x > X[i] + W + slack || y < Y[i] - slack || y > Y[i] + H + slack) continue;
    const d = Math.abs(y - Y[i] - H / 2);
    if (d < away) { away = d; best = i; }
  }
  return best;
}
let drag = null;
stage.addEventListener("pointerdown", e => { drag = { x: e.clientX, y: e.clientY, moved: false }; stage.setPointerCapture(e.pointerId); });
stage.addEventListener("pointermove", e => {
  if (!drag) return;
  const dx = e.clientX - drag.x, dy = e.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  view = { ...view, x: view.x + dx, y: view.y + dy };
  drag = { x: e.clientX, y: e.clientY, moved: true };
  changed();
});
stage.addEventListener("pointerup", e => { if (drag && !drag.moved) choose(under_pointer(e)); drag = null; });
stage.addEventListener("pointercancel", () => { drag = null; });
stage.addEventListener("wheel", e => {
  e.preventDefault();
  const r = stage.getBoundingClientRect();
  zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0015)), e.clientX - r.left, e.clientY - r.top);
}, { passive: false });
$("all").onclick = fit; $("in").onclick = () => zoom(1.4); $("out").onclick = () => zoom(1 / 1.4);
let typing = 0;
$("find").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, COUNT > A_FRAME ? 200 : 0); });
$("find").addEventListener("keydown", e => {
  if (e.key === "Enter") { if (typing) { clearTimeout(typing); typing = 0; if (hit < 0) search(); } nextHit(e.shiftKey ? -1 : 1); }
  if (e.key === "Escape") { e.target.value = ""; search(); stage.focus(); }
});
function along(key) {
  const step = { ArrowLeft: [before, 0], ArrowRight: [after, 1] }[key];
  if (step) { const a = step[0][chosen][0]; return a === undefined ? chosen : arrows[3 * a + step[1]]; }
  const at = ranks.indexOf(chosen), other = ranks[at + (key === "ArrowUp" ? -1 : 1)];
  return other !== undefined && X[other] === X[chosen] ? other : chosen;
}
document.addEventListener("keydown", e => {
  if (e.target instanceof HTMLInputElement || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "/") { e.preventDefault(); $("find").focus(); }
  else if (e.key === "+" || e.key === "=") zoom(1.4);
  else if (e.key === "-") zoom(1 / 1.4);
  else if (e.key === "0") fit();
  else if (e.key === "Escape") choose(-1);
  else if (e.key.startsWith("Arrow") && !(e.target instanceof HTMLButtonElement)) {
    e.preventDefault();
    if (chosen >= 0) choose(along(e.key), false);
    else { view = { ...view, x: view.x + ({ ArrowLeft: 80, ArrowRight: -80 }[e.key] || 0), y: view.y + ({ ArrowUp: 80, ArrowDown: -80 }[e.key] || 0) }; changed(); }
  } else if ((e.key === "Enter" || e.key === " ") && e.target === stage && chosen < 0) choose(Math.max(0, boxes.findIndex(b => b.marked)), false);
});
function resized() { drawBoxes(); drawArrows(); }
new ResizeObserver(resized).observe(stage);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colours(); resized(); });
colours();
fit();
