// Requests that only the owner may make: the token is asked for once and kept by this tab alone.

import { session } from "./storage.js";

const KEPT = "linefinder.token";

/** The answer to a request as {status, retryAfter, body}; status 0 where there was none. */
export async function ask(method, url, body) {
  let answer = await send(method, url, body);
  if (answer.status !== 401) return answer;
  session.remove(KEPT);
  const token = await askForToken();
  if (!token) return { status: 401, body: { code: "cancelled" } };
  session.set(KEPT, token);
  answer = await send(method, url, body);
  if (answer.status === 401) session.remove(KEPT);
  return answer;
}

/** `fetch` of odds with the token that this tab keeps, if any: DATA_ACCESS=token asks for one. */
export function fetchData(url, options = {}) {
  const token = session.get(KEPT);
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  return fetch(url, { ...options, headers });
}

/** The same, asking for the token where the answer says that it takes one. */
export async function fetchAsked(url, options = {}) {
  const answer = await fetchData(url, options);
  if (answer.status !== 401) return answer;
  const token = await askForToken();
  if (!token) return answer;
  session.set(KEPT, token);
  const again = await fetchData(url, options);
  if (again.status === 401) session.remove(KEPT);
  return again;
}

async function send(method, url, body) {
  const headers = {};
  const token = session.get(KEPT);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const retryAfter = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, retryAfter, body: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, retryAfter: 0, body: {} };
  }
}

function askForToken() {
  const dialog = document.getElementById("token");
  const field = document.getElementById("token-value");
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go" ? field.value.trim() : ""), { once: true });
  });
}
