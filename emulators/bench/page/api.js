// Talking to the bench: calls, and the one place that says what went wrong.

const toast = document.querySelector("#toast");
let hiding = 0;

export function tell(text, stay_ms = 4000) {
  clearTimeout(hiding);
  toast.textContent = text;
  toast.hidden = false;
  if (stay_ms) hiding = setTimeout(() => { toast.hidden = true; }, stay_ms);
}

export function hush() {
  toast.hidden = true;
}

export async function post(path, body = {}) {
  try {
    const answer = await fetch(`/api/${path}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const result = await answer.json();
    if (!answer.ok) tell(`${result.error}. ${result.what_to_do}`);
    return answer.ok ? result : null;
  } catch (error) {
    tell(String(error));
    return null;
  }
}

export async function get(path) {
  const answer = await fetch(`/api/${path}`);
  return answer.ok ? answer.json() : {};
}

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
