// What the market keeps: the sum of the chances that its best prices stand for, less one. Pure.
import { netOf } from "./compare.js";
import { isOffered, toDecimal } from "./price.js";

/** The lowest hold of an event's market when each side is bet at its best bookmaker, both at one point; null where
 * no point has every side. */
export function lowestHold(event, market, out, format) {
  const points = new Map();
  const sides = new Set();
  for (const book of Object.keys(event.lines)) {
    for (const [outcome, line] of Object.entries(event.lines[book][market] ?? {})) {
      sides.add(outcome);
      if (!out.has(book) && isOffered(line[0], format)) put(points, pointKey(event, outcome, line[1]), outcome, netOf(toDecimal(line[0], format), out.fees?.[book]));
    }
  }
  const whole = [...points.values()].filter((best) => best.size === sides.size && best.size > 1);
  const holds = whole.map((best) => [...best.values()].reduce((sum, decimal) => sum + 1 / decimal, -1));
  return holds.length ? Math.min(...holds) : null;
}

/** Lines that settle each other: a spread by the points given to the away side, a total by its number. */
function pointKey(event, outcome, point) {
  if (point === null) return null;
  return (outcome === event.home ? -point : point) + 0;
}

function put(points, key, outcome, decimal) {
  if (!points.has(key)) points.set(key, new Map());
  const best = points.get(key);
  best.set(outcome, Math.max(best.get(outcome) ?? 0, decimal));
}
