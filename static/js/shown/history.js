// The history of an event's lines as a chart and its table show it. Pure: times are milliseconds.
import { lineKey } from "../domain/movements.js";
import { isOffered, toDecimal } from "../domain/price.js";

/** {line's key: its pieces} from what /api/events/{id}/history tells. */
export function piecesOf(changes) {
  const lines = new Map();
  for (const { bookmaker, market, outcome, price, point, from, to, odds_format: format } of changes) {
    const key = lineKey(bookmaker, market, outcome);
    if (!lines.has(key)) lines.set(key, []);
    const until = to === null ? null : Date.parse(to);
    lines.get(key).push({ line: [price, point], from: Date.parse(from), to: until, format });
  }
  return lines;
}

/** Add what a market's lines are on a board of `time`; gives whether anything was new. */
export function follow(lines, event, market, format, time) {
  const standing = new Map();
  for (const book of Object.keys(event?.lines ?? {})) {
    const outcomes = event.lines[book][market] ?? {};
    for (const outcome of Object.keys(outcomes)) standing.set(lineKey(book, market, outcome), outcomes[outcome]);
  }
  let added = false;
  for (const key of new Set([...lines.keys(), ...standing.keys()])) {
    if (JSON.parse(key)[1] !== market) continue;
    if (!lines.has(key)) lines.set(key, []);
    added = extend(lines.get(key), standing.get(key), format, time) || added;
  }
  return added;
}

/** What was told of a later moment than the board's is not taken back. */
function extend(pieces, line, format, time) {
  const last = pieces.at(-1);
  if (last && Math.max(last.from, last.to ?? 0) > time) return false;
  const open = last && last.to === null ? last : undefined;
  if (open ? line && open.line[0] === line[0] && open.line[1] === line[1] : !line) return false;
  if (open) open.to = time;
  if (line) pieces.push({ line, from: time, to: null, format });
  return true;
}

/** The bookmakers that ever had a line on an outcome. */
export function booksWith(lines, market, outcome) {
  const keys = [...lines.keys()].map((key) => JSON.parse(key));
  return keys.filter(([, of, on]) => of === market && on === outcome).map(([book]) => book);
}

/** The outcomes that ever had a line in a market. */
export function outcomesIn(lines, market) {
  const keys = [...lines.keys()].map((key) => JSON.parse(key));
  return [...new Set(keys.filter(([, of]) => of === market).map(([, , outcome]) => outcome))];
}

/** What a chart draws of a piece: the price as decimal odds, whose distances mean something, or the
 * point; null for a price that stands for suspended. */
export function valueOf({ line: [price, point], format }, shows) {
  if (shows === "point") return point;
  return isOffered(price, format) ? toDecimal(price, format) : null;
}

/**
 * Columns for a chart of steps: {times, columns}. `rows` has each bookmaker's pieces; a column has its value at
 * each time, null while it has none. Times are those of changes between `since` and `until`, and both.
 */
export function stepsOf(rows, shows, since, until) {
  const marks = new Set([since, until]);
  for (const { from, to } of rows.flat()) {
    for (const mark of [from, to]) if (mark !== null && mark > since && mark < until) marks.add(mark);
  }
  const times = [...marks].sort((a, b) => a - b);
  return { times, columns: rows.map((pieces) => column(pieces, times, shows)) };
}

function column(pieces, times, shows) {
  let next = 0;
  return times.map((time) => {
    while (next < pieces.length && pieces[next].to !== null && pieces[next].to <= time) next += 1;
    const piece = pieces[next];
    return piece && piece.from <= time ? valueOf(piece, shows) : null;
  });
}

/** What stands in the table of a line: its opener, what it was before, what it is (null: off the board). */
export function storyOf(pieces) {
  const last = pieces.at(-1);
  const now = last.to === null ? last : null;
  return { opened: pieces[0], before: (now ? pieces.at(-2) : last) ?? null, now };
}

/** From when to when a chart reaches: the last `hours` (0: all), and on to the start where that is near. */
export function spanOf(rows, hours, now, start) {
  const first = Math.min(now - 60_000, ...rows.flat().map(({ from }) => from));
  const since = hours ? now - hours * 3_600_000 : first;
  const ahead = start > now && start - now <= (now - since) / 3;
  return { since, until: ahead ? start + (now - since) / 40 : now };
}
