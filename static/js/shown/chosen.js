// Which events a view shows, and in which order. Pure.
import { compareCodePoints } from "../domain/board.js";
import { timeText } from "./format.js";
import { lowestHold } from "../domain/hold.js";
import { eventOrder, nameOf } from "./rows.js";
import { intlZone } from "./view-state.js";

const SOON = 3 * 3_600_000;

/** Whether somebody's favourite: the event itself, or a team of it. */
export function isFavourite(id, event, view) {
  return view.fav.includes(id) || view.team.includes(event.home) || view.team.includes(event.away);
}

/** Whether a view shows an event at this moment. */
export function isChosen(event, view, now) {
  return isAbout(event, view.find) && isWhen(Date.parse(event.starts_at), view, now);
}

function isAbout(event, find) {
  const words = plain(find).split(/\s+/).filter(Boolean);
  const outcomes = nameOf(event) ? "" : namesIn(event);
  const text = plain(`${nameOf(event)} ${outcomes}`);
  return words.every((word) => text.includes(word));
}

function namesIn(event) {
  return Object.values(event.lines).flatMap((markets) => Object.values(markets).flatMap(Object.keys)).join(" ");
}

/** As people type it: no capitals, no accents. */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function isWhen(start, view, now) {
  if (view.when === "live") return start <= now;
  if (view.when === "soon") return start > now && start - now <= SOON;
  if (view.when !== "today") return true;
  const zone = intlZone(view.zone);
  return timeText(start, "day", zone) === timeText(now, "day", zone);
}

/** [[heading, [id]]] of the events shown, in order: favourites, then by day; or all by their hold. */
export function groupsOf(events, view, now, { markets, out, format }) {
  const ids = eventOrder(events).filter((id) => isChosen(events[id], view, now));
  if (view.sort === "hold") return [["Lowest hold first", byHold(ids, events, markets[0], out, format)]];
  const first = view.sort === "favourites" ? ids.filter((id) => isFavourite(id, events[id], view)) : [];
  const rest = ids.filter((id) => !first.includes(id));
  const days = new Map();
  for (const id of rest) {
    const day = timeText(Date.parse(events[id].starts_at), "day", intlZone(view.zone));
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(id);
  }
  return [...(first.length ? [["Favourites", first]] : []), ...days];
}

function byHold(ids, events, market, out, format) {
  const holds = new Map(ids.map((id) => [id, lowestHold(events[id], market, out, format) ?? Infinity]));
  const place = new Map(ids.map((id, index) => [id, index]));
  return [...ids].sort((a, b) => order(holds.get(a), holds.get(b)) || place.get(a) - place.get(b));
}

function order(a, b) {
  return a === b ? 0 : a - b;
}

/** Columns as a view wants them: hidden bookmakers out, then those named in its order, then the others. */
export function arranged(columns, view) {
  const rank = (book) => (view.order.includes(book) ? view.order.indexOf(book) : view.order.length);
  const kept = columns.filter(({ book }) => !view.hide.includes(book));
  return kept.map((column, index) => [rank(column.book), index, column]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , column]) => column);
}

/** The teams of a board, for choosing among them. */
export function teamsOf(events) {
  const names = Object.values(events).flatMap((event) => [event.away, event.home]).filter(Boolean);
  return [...new Set(names)].sort(compareCodePoints);
}
