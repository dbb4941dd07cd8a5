// The status page: kept up to date by fetching itself, and the switch of polling.
import { ask } from "./browser/ask.js";
import { ageText } from "./shown/format.js";
import { localise } from "./browser/times.js";

const EVERY = 5_000;
const base = document.documentElement.dataset.base;
let loadedAt = Date.now();

/** Put the newest state in place of the one shown. */
async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.redirected) location.reload(); // to the page of the password
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("status");
    document.getElementById("status").replaceWith(document.adoptNode(fresh));
    loadedAt = Date.now();
    prepare();
  } catch {
    // The age below says it: what is shown is what was.
  }
  sayAge();
}

function sayAge() {
  const age = document.getElementById("status-age");
  const seconds = (Date.now() - loadedAt) / 1000;
  age.hidden = seconds < 3 * (EVERY / 1000);
  age.textContent = `The server does not answer: this is how things stood ${ageText(seconds)} ago.`;
}

function prepare() {
  localise(document.getElementById("status"));
  for (const button of document.querySelectorAll("button[data-change]")) {
    button.hidden = false;
    button.addEventListener("click", () => change(button));
  }
}

/** Switch what a button names: polling, its mode, or which sports are polled. */
async function change(button) {
  button.disabled = true;
  const answer = await ask("PUT", `${base}/api/polling`, JSON.parse(button.dataset.change));
  button.disabled = false;
  if (answer.status === 200) await renew();
  document.getElementById("switch-said").textContent = answer.status === 200 ? "" : refusal(answer);
}

function refusal({ status, body }) {
  if (status === 401) return body.code === "cancelled" ? "Not switched: it needs the token." : "That token is not the right one.";
  return status ? `Not switched: ${body.detail ?? "the server refused"}.` : "The server does not answer.";
}

prepare();
setInterval(() => {
  // Not under somebody's hands: a reader's selection or focus would be lost.
  const inUse = document.getElementById("status").contains(document.activeElement) || String(getSelection());
  if (document.hidden || inUse) sayAge();
  else renew();
}, EVERY);
