// The Refresh button: polls the provider now, at most once in a cooldown, and says what came of it.
import { ask } from "../browser/ask.js";
import { countdown, plural } from "../shown/format.js";
import { setText } from "./cell.js";

const SAID_FOR = 15_000;

export class Refresh {
  constructor(base, sport, page) {
    this.url = `${base}/api/refresh/${encodeURIComponent(sport)}`;
    this.page = page;
    this.button = document.getElementById("refresh");
    this.said = document.getElementById("refresh-said");
    this.notBefore = 0;
    this.busy = false;
    this.button.addEventListener("click", () => this.press());
  }

  /** The cooldown runs from any completed poll. The button keeps the focus while it can't be used. */
  update({ now, dataAt }) {
    this.now = now;
    this.until = Math.max(this.notBefore, dataAt === null ? 0 : dataAt + 1000 * this.page.cooldown);
    const resting = this.busy || now < this.until;
    this.button.setAttribute("aria-disabled", String(resting));
    this.button.title = this.hint(now);
    if (this.saidAt && Date.now() - this.saidAt > SAID_FOR) this.say("");
  }

  hint(now) {
    if (now < this.until) return `Just polled: Refresh can be used again in ${countdown((this.until - now) / 1000)}`;
    return `Poll the provider now, for ${plural(this.page.cost, "credit")} at most`;
  }

  async press() {
    if (this.busy) return;
    if (this.now < this.until) {
      this.say(this.hint(this.now));
      return;
    }
    this.busy = true;
    this.say("Asking the provider \u2026");
    const answer = await ask("POST", this.url);
    this.busy = false;
    if (answer.retryAfter) this.notBefore = this.now + 1000 * answer.retryAfter;
    this.say(outcome(answer));
  }

  say(text) {
    setText(this.said, text);
    this.saidAt = text ? Date.now() : 0;
  }
}

/** What a refresh came to, in plain words. */
export function outcome({ status, retryAfter, body }) {
  const wait = retryAfter ? ` Try again in ${countdown(retryAfter)}.` : "";
  if (status === 200) {
    return `${body.changed ? "New prices" : "No price has changed"}, for ${plural(body.credits ?? 0, "credit")}.`;
  }
  if (status === 401 && body.code === "cancelled") return "Not refreshed: it needs the token.";
  const said = {
    0: "The server does not answer.",
    401: "That token is not the right one.",
    403: "The server does not allow this page to refresh.",
    429: `Not yet: ${(body.detail ?? "it was refreshed a moment ago").replace(/\.$/, "")}.`,
  };
  if (body.code === "budget_exhausted") return "There are not enough credits left for a poll.";
  return (said[status] ?? `The refresh failed: ${body.detail ?? "the provider did not answer"}.`) + wait;
}
