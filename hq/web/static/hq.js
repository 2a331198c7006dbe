// Live pages: when HQ says that something changed, fetch this page again and put its live parts in place.
// Nothing a person is typing in is ever replaced. Without this script the pages work by reloading.
"use strict";

const stale = document.getElementById("stale");
const PAUSE_MS = 500;
let fetching = false;
let again = false;

function beingTyped(element) {
  return element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
}

function replaceLive(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (now && !beingTyped(old) && now.innerHTML !== old.innerHTML) {
      old.replaceChildren(...now.childNodes);
    }
  }
}

async function page(address, options) {
  const answer = await fetch(address, options);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  again = false;
  try {
    const address = new URL(location.href);
    address.searchParams.delete("saved");
    replaceLive(await page(address));
  } catch {
    stale.hidden = false;
  }
  // A busy shop sells many times a second; nobody reads faster than this.
  setTimeout(() => {
    fetching = false;
    if (again) refresh();
  }, PAUSE_MS);
}

const source = new EventSource("/live");
source.addEventListener("message", () => {
  stale.hidden = true;
  refresh();
});
source.addEventListener("error", () => {
  stale.hidden = false;
});
addEventListener("pagehide", () => source.close());

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.submit();
});

// A price is saved in place: only its own row changes, whatever is typed in the others stays.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-price], [data-press]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const fresh = await page(form.action, { method: "POST", body });
    if (form.matches("[data-press]")) {
      replaceLive(fresh);
      return;
    }
    const row = form.closest("tr");
    const now = fresh.getElementById(row.id);
    if (now) {
      row.replaceWith(now);
      const wrong = now.querySelector("[aria-invalid]");
      if (wrong) wrong.focus();
    } else {
      location.reload();
    }
    replaceLive(fresh);
  } catch {
    stale.hidden = false;
  } finally {
    if (button) button.disabled = false;
  }
});
