// Puts the page together: language, screens, and the state that the bench sends whenever something changes.

import { get, hush, make, tell } from "./api.js";
import { drawCards, drawGoods, drawState, startDevices } from "./devices.js";
import { Screen } from "./screen.js";
import { onLanguage, say, startLanguages } from "./words.js";

const one = (selector) => document.querySelector(selector);
let state = null;
let goods = { cards: [], barcodes: [], links: {} };

function drawAll() {
  drawCards(goods.cards);
  drawGoods(goods.barcodes);
  one("#links").replaceChildren(...Object.entries(goods.links).map(([name, address]) =>
    make("a", { href: address, target: "_blank", textContent: say(name) })));
  one("#zoom").textContent = say(document.body.classList.contains("true-size") ? "fit" : "true_size");
  if (state) drawState(state);
}

async function fetchGoods() {
  const [cards, barcodes, links] = await Promise.all([get("cards"), get("barcodes"), get("links")]);
  goods = { cards: cards.cards ?? [], barcodes: barcodes.barcodes ?? [], links: links.links ?? {} };
  drawAll();
}

function listen() {
  const events = new EventSource("/api/events");
  let wasLost = false;
  events.addEventListener("state", ({ data }) => {
    state = JSON.parse(data);
    drawState(state);
  });
  events.onopen = () => {
    if (wasLost) hush();
    wasLost = false;
    fetchGoods();
  };
  events.onerror = () => {
    wasLost = true;
    tell(say("bench_gone"), 0);
  };
}

one("#zoom").onclick = () => {
  document.body.classList.toggle("true-size");
  drawAll();
};
startLanguages();
onLanguage(drawAll);
startDevices();
drawAll();
listen();
new Screen(one("#till"), "screen", true, ({ width, height }) => {
  if (width) one("#till-size").textContent = `${width} x ${height}`;
  if (width) one("#till").style.setProperty("--true-width", `${width}px`);
});
new Screen(one("#customer"), "customer", false);
