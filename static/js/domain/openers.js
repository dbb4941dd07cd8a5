// How each line of an event opened. A line that comes while the page is open opens with what it is then.
import { lineKey } from "./movements.js";

/** (book, market, outcome, line) -> its opener, from [[book, market, outcome, price, point]]. */
export function openersOf(listed) {
  const known = new Map(listed.map(([book, market, outcome, ...line]) => [lineKey(book, market, outcome), line]));
  return (book, market, outcome, line) => {
    const key = lineKey(book, market, outcome);
    if (!known.has(key) && line) known.set(key, line);
    return known.get(key);
  };
}
