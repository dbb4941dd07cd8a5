// How far a line moved, as short as a cell has room for. Pure.
import { toAmerican, toDecimal } from "../domain/price.js";

// Pixels of a character at the dense size in a wide font, and what a cell has: of a price alone, of a point and a price, of a total.
const WIDE = { price: 8.2, point: 7.2, amount: 5 };
const BOLD = 1.12; // the best line
const ARROW = 12; // and the gap behind the amount
const GAP = 4;
const ROOM = { alone: 72, pointed: 94, total: 102 };
const HALF = 0.5; // a half is so much wider than a digit

/** By how much a line [price, point] moved: of its point ('1\u00bd'), else of its price in the format shown: cents of American odds,
 * where \u2212105 and +105 are 10 apart; decimal odds ('.05'); points of probability. Fractions have none. */
export function amountText([was, from], [is, to], boardFormat, shown) {
  if (from !== to) return from === null || to === null ? "" : short(to - from, 2).replace(/\.5$/, "\u00bd");
  if (shown === "fractional") return "";
  if (shown === "decimal") return short(toDecimal(is, boardFormat) - toDecimal(was, boardFormat), 3);
  if (shown === "probability") return short(100 / toDecimal(is, boardFormat) - 100 / toDecimal(was, boardFormat), 1);
  return short(cents(toAmerican(is, boardFormat)) - cents(toAmerican(was, boardFormat)), 0);
}

/** Whether it stands beside the texts [point, price] of a cell without touching them; `alone`: beside no other market. */
export function fits(amount, [point, price], { market, alone, best }) {
  const room = point ? (market === "totals" && alone ? ROOM.total : ROOM.pointed) : ROOM.alone;
  const wider = best ? BOLD : 1;
  const taken = (WIDE.price * price.length + (point ? WIDE.point * point.length + GAP : 0)) * wider;
  const long = amount.length + (amount.endsWith("\u00bd") ? HALF : 0);
  return taken + ARROW + WIDE.amount * long <= room;
}

function cents(american) {
  return american > 0 ? american - 100 : american + 100;
}

/** A size without sign and needless noughts ('.05'); empty where it rounds to nothing. */
function short(number, places) {
  const size = Number(Math.abs(number).toFixed(places));
  return size ? String(size).replace(/^0\./, ".") : "";
}
