// The id under which the server keeps this browser's alerts. Drawn here, and known to nobody else.

import { local } from "./storage.js";

const KEPT = "linefinder.browser";
const BYTES = 24;

/** The id of this browser, null where none was drawn yet. */
export function keptId() {
  const kept = local.get(KEPT);
  return /^[0-9a-f]{48}$/.test(kept ?? "") ? kept : null;
}

/** The id of this browser, drawn now if it had none. */
export function ownId() {
  const kept = keptId();
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  const drawn = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  local.set(KEPT, drawn);
  return drawn;
}

/** The answer to a request about alerts as {status, body}; status 0 where there was none. */
export async function askAlerts(base, method, path, body) {
  const headers = { "LineFinder-Browser": ownId() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const sent = { method, headers, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body) };
    const answer = await fetch(`${base}/api/alerts/${path}`, sent);
    return { status: answer.status, body: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, body: {} };
  }
}
