// The bets that this browser keeps, and nobody else: they are never sent anywhere.
import { MOST_BETS, wrongWith } from "../domain/bet.js";

const KEPT = "linefinder.bets";

/** Everything under our name, also what is no bet: what an older or newer page wrote is not thrown away. */
function all() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** Whether they could be kept. */
function keep(bets) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(bets));
    return true;
  } catch {
    return false;
  }
}

/** The bets, in the order of their noting. */
export function keptBets() {
  return all().filter((bet) => !wrongWith(bet));
}

/** Keep more bets; why that can't be, or "". Those whose id is kept already are left as they are. */
export function note(bets) {
  const kept = all();
  const ids = new Set(kept.map((bet) => bet?.id));
  const more = bets.filter(({ id }) => !ids.has(id));
  if (kept.length + more.length > MOST_BETS) return `More than ${MOST_BETS} bets are not kept here; export and remove some.`;
  return keep([...kept, ...more]) ? "" : "This browser keeps nothing for this page.";
}

/** Replace bets by what they have become. */
export function renew(bets) {
  const newer = new Map(bets.map((bet) => [bet.id, bet]));
  return keep(all().map((bet) => newer.get(bet?.id) ?? bet));
}

export function forget(id) {
  return keep(all().filter((bet) => bet?.id !== id));
}

/** `heard()` when another page of this browser has changed them. */
export function onChange(heard) {
  addEventListener("storage", ({ key }) => {
    if (key === KEPT || key === null) heard();
  });
}

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
