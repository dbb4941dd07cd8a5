// The board as it stood at any moment: a slider, a link to the moment, and a way back to the present. What is
// shown comes from the server, whole; the live board goes on behind it.
import { barred } from "../domain/compare.js";
import { fetchAsked } from "../browser/ask.js";
import { eventsOf } from "../domain/board.js";
import { fieldMoment, fieldText, timeText } from "../shown/format.js";
import { Movements } from "../domain/movements.js";
import { intlZone } from "../shown/view-state.js";
import { setText } from "./cell.js";

const WAIT = 80;
const STILL = new Movements();

export class TimeMachine {
  /** `moved(crossed)` hears that another moment is shown; `crossed`: from the present to the past or back. `zone`: whose clock
   * tells the moments, as chosen for the board. */
  constructor(base, { board, page }, zone, moved) {
    this.zone = intlZone(zone);
    this.url = `${base}/api/odds/${encodeURIComponent(board.sport)}`;
    this.moved = moved;
    this.first = page.first === null ? null : Date.parse(page.first);
    this.node = document.getElementById("past");
    this.open = document.getElementById("past-open");
    this.tools = document.getElementById("past-tools");
    this.present = board;
    this.title = document.title;
    this.past = page.past ? pastOf(page.past, Date.parse(page.at)) : null;
    if (this.past) this.title = document.title.slice(document.title.indexOf(" \u00b7 ") + 3);
    this.listen();
    this.now = Date.parse(page.at ?? "") || Date.now();
    this.say();
  }

  listen() {
    const { slider, exact, earlier, later } = this.tools.elements;
    this.open.addEventListener("click", () => this.toggle());
    slider.addEventListener("input", () => this.go(slider.value >= this.now ? null : Number(slider.value)));
    exact.addEventListener("change", () => exact.value && this.go(fieldMoment(exact.value, this.zone)));
    this.tools.addEventListener("submit", (event) => event.preventDefault());
    earlier.addEventListener("click", () => this.go(Date.parse((this.past?.board ?? this.present).time) - 1));
    later.addEventListener("click", () => this.go(this.past?.board.until ? Date.parse(this.past.board.until) : null));
    document.getElementById("past-live").addEventListener("click", (click) => {
      if (click.metaKey || click.ctrlKey || click.shiftKey) return;
      click.preventDefault();
      this.go(null);
      this.open.focus();
    });
  }

  /** The model that the grid shows: of the past, or `model` itself. */
  seen(model) {
    if (!this.past) return model;
    const { board, feed, at } = this.past;
    const dataAt = feed.data_at ? Date.parse(feed.data_at) : null;
    return { ...model, board, feed, judged: { status: "past" }, now: at, dataAt, changedAt: 0, movements: STILL, out: barred(null, Object.keys(board.bookmakers), model.view.mine, model.out.fees ?? {}), past: true };
  }

  /** The present moves on. */
  tick({ now, board, view }) {
    this.now = now;
    this.follow(intlZone(view.zone));
    this.present = board;
    if (this.first === null && board.time) this.first = Date.parse(board.time);
    this.open.hidden = this.first === null;
    this.place();
  }

  /** Another time zone was chosen. */
  follow(zone) {
    if (zone === this.zone) return;
    this.zone = zone;
    this.say();
  }

  toggle() {
    const shown = this.node.hidden;
    this.node.hidden = !shown;
    this.tools.hidden = !shown;
    this.say();
    if (shown) this.tools.elements.slider.focus();
    else if (this.past) this.go(null);
  }

  /** Show the board of a moment (ms); null, or a moment that is yet to come, is the present. */
  go(at) {
    this.at = at === null || at >= this.now ? null : Math.max(at, this.first);
    clearTimeout(this.timer);
    this.asking?.abort();
    this.place();
    if (this.at === null) this.show(null);
    else this.timer = setTimeout(() => this.fetch(this.at), WAIT);
  }

  async fetch(at) {
    this.asking = new AbortController();
    const query = `?at=${encodeURIComponent(new Date(at).toISOString())}`;
    try {
      const answer = await fetchAsked(this.url + query, { signal: this.asking.signal });
      const body = await answer.json();
      if (answer.ok) this.show(pastOf(body, at));
      else this.fail(body.detail);
    } catch (error) {
      if (error.name !== "AbortError") this.fail("the server does not answer");
    }
  }

  show(past) {
    const crossed = Boolean(past) !== Boolean(this.past);
    if (!past && !crossed) return;
    this.past = past;
    const address = new URL(location.href);
    if (past) address.searchParams.set("at", new Date(past.at).toISOString());
    else address.searchParams.delete("at");
    history.replaceState(null, "", address);
    this.say();
    this.moved(crossed);
  }

  fail(why) {
    setText(document.getElementById("past-more"), `That moment can't be shown: ${why}.`);
  }

  /** Say what is shown, so that the past is never taken for live. */
  say() {
    const { past } = this;
    if (past) this.node.hidden = this.tools.hidden = false;
    this.node.toggleAttribute("data-past", Boolean(past));
    document.body.classList.toggle("in-past", Boolean(past));
    this.open.setAttribute("aria-expanded", String(!this.node.hidden));
    this.at = past?.at ?? null;
    const said = past ? `As it stood at ${momentText(past.at, this.zone)}` : "The present. Move the slider to see the board as it stood.";
    setText(document.getElementById("past-said"), said);
    setText(document.getElementById("past-more"), past ? moreText(past, this.zone) : "");
    const heard = document.getElementById("past-heard");
    // Nothing is spoken before somebody has left the present.
    if (past || heard.textContent) setText(heard, past ? said : "The present board");
    document.getElementById("past-live").hidden = !past;
    document.title = past ? `${said} \u00b7 ${this.title}` : this.title;
    this.place();
  }

  /** Slider and field, where nobody holds them. */
  place() {
    const { slider, exact } = this.tools.elements;
    if (this.first === null || this.node.hidden) return;
    const at = this.at ?? this.now;
    slider.step = this.now - this.first > 3_600_000 ? 60_000 : 1000;
    slider.min = this.first;
    slider.max = Math.ceil((this.now - this.first) / slider.step) * slider.step + this.first;
    slider.value = this.at === null ? slider.max : at;
    slider.setAttribute("aria-valuetext", this.at === null ? "Now" : momentText(at, this.zone));
    if (document.activeElement !== exact) exact.value = fieldText(at, this.zone);
  }
}

function pastOf(message, at) {
  return { board: { ...message, events: eventsOf(message.events) }, feed: message.feed, at };
}

function momentText(at, zone) {
  return `${timeText(at, "full", zone)}:${timeText(at, "second", zone).slice(-2)}`;
}

function moreText({ board, feed }, zone) {
  const confirmed = feed.data_at ? `, confirmed ${timeText(Date.parse(feed.data_at), "second", zone)}` : "";
  return `Prices of ${timeText(Date.parse(board.time), "second", zone)}${confirmed}`;
}
