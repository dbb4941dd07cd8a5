// The status line: what is true of the data, never of the socket.
import { ageText, countdown, plural, timeText } from "../shown/format.js";
import { intlZone } from "../shown/view-state.js";
import { setText } from "./cell.js";

const PLANNED = 300;

export class FeedLine {
  constructor(words) {
    this.words = words;
    this.node = document.getElementById("feed");
    const part = (name) => document.getElementById(`feed-${name}`);
    this.parts = { status: part("status"), reason: part("reason"), age: part("age"), next: part("next"), credits: part("credits") };
  }

  update({ feed, judged, now, dataAt, connected, page, view }) {
    const clock = (moment) => at(moment, intlZone(view.zone));
    this.node.dataset.status = judged.status;
    setText(this.parts.status, this.words.statuses[judged.status]);
    setText(this.parts.reason, this.reason(judged, connected));
    setText(this.parts.age, dataAt === null ? "no prices yet" : `prices ${ageText((now - dataAt) / 1000)} old`);
    setText(this.parts.next, nextText(feed, now, { page, connected, clock }));
    const left = feed.quota?.remaining;
    setText(this.parts.credits, left === null || left === undefined ? "" : `${plural(left, "credit")} left`);
  }

  reason({ status, reason, fresh }, connected) {
    if (status === "delayed") return `${fresh[0]} of ${fresh[1]} fresh, to save credits`;
    if (status !== "stale") return "";
    // Without the server nobody here knows whether it polls; what is sure is that no news arrives.
    const cause = reason === "late" && !connected ? "unreachable" : reason;
    return this.words.reasons[cause] ?? reason;
  }
}

/** A moment as a clock shows it, with the day where it is another. */
function at(moment, zone) {
  const when = Date.parse(moment);
  const clock = timeText(when, "clock", zone);
  return when - Date.now() < 43_200_000 ? clock : `${timeText(when, "weekday", zone)} ${clock}`;
}

/** What the next poll was planned for; `clock(moment)` tells a time. */
function becauseText({ kind, events, at: start }, clock) {
  const games = plural(events, "game");
  if (kind === "starting") return `because ${games} ${events === 1 ? "starts at" : "start from"} ${clock(start)}`;
  if (kind === "playing") return `because ${games} ${events === 1 ? "is" : "are"} in play`;
  if (kind === "waiting") return `to keep ${games} fresh`;
  return "to see whether games are posted";
}

function nextText(feed, now, { page, connected, clock }) {
  if (!feed.polling) return page.polled ? "polling is off" : "not polled";
  if (!feed.next_poll_at) return "no poll planned";
  const wait = (Date.parse(feed.next_poll_at) - now) / 1000;
  if (wait > PLANNED && feed.because) return `next poll ${clock(feed.next_poll_at)}, ${becauseText(feed.because, clock)}`;
  if (wait > 0) return `next poll in ${countdown(wait)}`;
  // What the server does now, a page without a connection can't know.
  if (!connected) return "";
  return feed.next_poll_at <= (feed.data_at ?? "") ? "next poll soon" : "polling now";
}
