// The peripherals on the page: each draws its part of the state, and its buttons call the API.

import { make, post } from "./api.js";
import { nameOf, say } from "./words.js";

const one = (selector) => document.querySelector(selector);
const MOTION = !matchMedia("(prefers-reduced-motion: reduce)").matches;

// Printer

const SLIPS_SHOWN = 5;
let paperSeen = "";
let drawing = Promise.resolve();

function drawPaper({ slips, used_mm: used }) {
  one("#slips").textContent = slips ? say("slips", { count: slips }) : "";
  one(".nothing").hidden = slips > 0;
  const now = `${slips} ${used}`;
  if (now === paperSeen) return;
  paperSeen = now;
  // One after another, so that pictures never overtake each other.
  drawing = drawing.then(() => rollOut(slips, used)).catch(() => { paperSeen = ""; });
}

async function rollOut(slips, used) {
  const roll = one("#paper");
  const before = roll.offsetHeight;
  const first = Math.max(0, slips - SLIPS_SHOWN);
  const wanted = Array.from({ length: slips - first }, (_, index) => first + index);
  const have = new Map([...roll.children].map((picture) => [Number(picture.dataset.slip), picture]));
  const last = slips - 1;
  // Only the newest slip still grows; an older one changed when it was the newest, or the paper was torn off.
  const pictures = await Promise.all(wanted.map((slip) => {
    const old = have.get(slip);
    return old && slip < last && old.dataset.whole === "yes" ? old : fetchSlip(slip, used, slip < last);
  }));
  roll.replaceChildren(...pictures);
  const outlet = one(".outlet");
  const grown = roll.offsetHeight - before;
  outlet.scrollTop = outlet.scrollHeight;
  if (grown <= 0 || !MOTION) return;
  const pace = { duration: Math.min(1200, 200 + grown * 1.5), easing: "linear" };
  const moving = roll.animate([{ marginBottom: `${-grown}px` }, { marginBottom: "0" }], pace);
  const follow = () => {
    outlet.scrollTop = outlet.scrollHeight;
    if (moving.playState === "running") requestAnimationFrame(follow);
  };
  follow();
  await moving.finished;
  outlet.scrollTop = outlet.scrollHeight;
}

async function fetchSlip(slip, used, whole) {
  const picture = new Image();
  picture.alt = `${say("paper")} ${slip + 1}`;
  picture.dataset.slip = slip;
  picture.dataset.whole = whole ? "yes" : "no";
  picture.src = `/api/paper.png?slip=${slip}&used=${used}`;
  await picture.decode();
  return picture;
}

async function tear() {
  const roll = one("#paper");
  if (roll.childElementCount && MOTION) {
    await roll.animate([{}, { transform: "translateY(-110%) rotate(-4deg)", opacity: 0.2 }], { duration: 260 }).finished;
  }
  roll.replaceChildren();
  await post("paper/tear");
}

function drawLed(faults) {
  const wrong = faults.filter((fault) => fault.device === "printer" && fault.on);
  one(".led").classList.toggle("is-bad", wrong.length > 0);
}

// Customer display

function drawDisplay(lines) {
  const glass = one(".vfd");
  const rows = [0, 1].map((row) => [...(lines[row] ?? "").padEnd(20).slice(0, 20)]);
  glass.ariaLabel = lines.join(" / ");
  glass.replaceChildren(...rows.flat().map((text) => make("span", { textContent: text === " " ? "" : text })));
}

// Drawer

function drawDrawer({ open }) {
  const button = one(".till-drawer");
  button.ariaExpanded = String(open);
  button.title = say(open ? "drawer_open" : "drawer_shut");
  button.ariaLabel = `${say("drawer")}: ${button.title}`;
}

// Faults

function drawFaults(faults) {
  for (const place of document.querySelectorAll(".switches")) {
    const mine = faults.filter((fault) => fault.device === place.dataset.device);
    const shown = mine.map(({ device, fault, on }) => {
      const box = make("input", { type: "checkbox", checked: on, role: "switch" });
      box.onchange = async () => {
        const done = await post("faults", { device, fault, on: box.checked });
        if (!done) box.checked = on;
      };
      return make("label", { className: "switch" }, box, make("span", { textContent: say(fault) }));
    });
    place.replaceChildren(...shown);
  }
  drawLed(faults);
}

// Processes

function drawProcesses(processes) {
  const rows = processes.map(({ name, pid, state, restarts, last_end: lastEnd }) => {
    const kill = make("button", { type: "button", className: "quiet", textContent: say("kill"), disabled: !pid });
    kill.ariaLabel = `${say("kill")} ${name}`;
    kill.onclick = () => post("kill", { name });
    const note = restarts ? say("restarts", { count: restarts }) : "";
    return make("tr", { title: lastEnd },
      make("td", {}, make("span", { className: `dot is-${state}` }), make("b", { textContent: name })),
      make("td", { textContent: say(state) }), make("td", { className: "hint", textContent: note }), make("td", {}, kill));
  });
  one("#processes tbody").replaceChildren(...rows);
  one("#processes").hidden = rows.length === 0;
  const lame = processes.filter((process) => process.state !== "ready").length;
  const health = one("#health");
  health.hidden = rows.length === 0;
  health.className = `chip ${lame ? "is-warn" : "is-ok"}`;
  health.textContent = lame ? say("some_not", { count: lame }) : say("all_ready", { count: rows.length });
}

// What to scan and tap

function wrongCheckDigit(code) {
  return code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10);
}

export function drawGoods(barcodes) {
  one("#goods").replaceChildren(...barcodes.map(({ code, names }) => {
    const button = make("button", { type: "button", className: "good", title: code },
      make("b", { textContent: nameOf(names) }), make("span", { className: "stripes" }), make("small", { textContent: code }));
    button.onclick = () => post("scan", { code });
    return button;
  }));
  const some = barcodes[0]?.code ?? "6901234567892";
  const odd = [
    ["wrong_digit", { code: wrongCheckDigit(some) }], ["unknown", { code: "2999999999994" }],
    ["torn", { code: some, torn: true }], ["flood", { code: some, flood: 100 }],
  ];
  one("#odd").replaceChildren(...odd.map(([key, body]) => {
    const button = make("button", { type: "button", className: "quiet", textContent: say(key) });
    button.onclick = () => post("scan", body);
    return button;
  }));
}

export function drawCards(cards) {
  one("#cards").replaceChildren(...cards.map(({ uid, names, kind }) => {
    const button = make("button", { type: "button", className: `plastic is-${kind}`, title: uid },
      make("small", { textContent: say(kind) }), make("b", { textContent: nameOf(names) }), make("small", { textContent: `… ${uid.slice(-6)}` }));
    button.onclick = () => post("tap", { uid });
    return button;
  }));
}

export function drawState(state) {
  drawPaper(state.paper);
  drawDisplay(state.display);
  drawDrawer(state.drawer);
  drawFaults(state.faults);
  drawProcesses(state.processes);
}

export function startDevices() {
  one("#tear").onclick = tear;
  one(".till-drawer").onclick = (event) => {
    if (event.currentTarget.ariaExpanded === "true") post("drawer/push");
  };
  one("#scan").onsubmit = (event) => {
    event.preventDefault();
    const field = event.target.elements.code;
    if (field.value) post("scan", { code: field.value });
    field.select();
  };
}
