// What a bet is worth beside the close. Pure; the twin of linefinder/domain/closing.py, which names the sources.
import { merit, netOf } from "../domain/compare.js";
import { within } from "../domain/names.js";
import { isOffered, toDecimal } from "../domain/price.js";
import { isInPlay } from "../domain/bet.js";
import { finalOf } from "./result.js";

/** A line last seen longer than this before the start (seconds) is no closing line. */
export const CLOSES_WITHIN = 180;

/** What a bet that was made in play is compared with. */
export const NO_CLOSE = { age: null, price: null, point: null, line_age: null, off: false, fair: null };

/** What of an event's closing lines (the answer of REST) a bet is compared with: kept with the bet, because the
 * server forgets. `fair`: its probability at its own point by the other bookmakers; `score`: the final one, if known,
 * which is all that a bet made in play has. */
export function closeOf(bet, answer) {
  const own = within(answer.lines, bet.bookmaker, bet.market, bet.outcome);
  const score = finalOf(answer) ?? bet.close?.score;
  if (isInPlay({ ...bet, starts_at: answer.starts_at })) return { ...NO_CLOSE, odds_format: bet.odds_format, ...(score && { score }) };
  return {
    odds_format: answer.odds_format ?? bet.odds_format,
    age: answer.age,
    price: own?.price ?? null,
    point: own?.point ?? null,
    line_age: own?.age ?? null,
    off: own?.off ?? false,
    fair: fairOf(bet, own, answer.fair),
    ...(score && { score }),
  };
}

function fairOf(bet, own, { books, points }) {
  const judged = within(books, bet.bookmaker, bet.market, bet.outcome);
  if (judged && own.point === bet.point) return judged.others;
  const at = within(points, bet.market, bet.outcome)?.find(({ point }) => point === bet.point);
  return at ? at.probability : null;
}

/** {price, fair, moved} as closing.py has them; `fees` is what bookmakers keep of a win. */
export function valueOf(bet, close, fees = {}) {
  const net = (price, format) => netOf(toDecimal(price, format), within(fees, bet.bookmaker));
  const taken = net(bet.price, bet.odds_format);
  const same = close.price !== null && close.point === bet.point;
  const offered = close.price !== null && isOffered(close.price, close.odds_format);
  return {
    price: same && offered ? told(taken / net(close.price, close.odds_format) - 1) : null,
    fair: close.fair === null ? null : told(close.fair * taken - 1),
    moved: close.price !== null && !same ? better(bet, close.point) : null,
  };
}

/** To a millionth, as REST tells shares: else the two would round apart where a figure ends in a five. */
function told(share) {
  return Math.round(share * 1e6) / 1e6;
}

/** By how many points the bet's is better than the closing one. */
function better(bet, point) {
  if (bet.point === null || point === null) return null;
  const [held, closing] = [bet.point, point].map((of) => merit(bet.market, bet.outcome, [bet.price, of])[0]);
  return held - closing;
}

/** Whether a bet has a closing line to be compared with. */
export function hasClosing(bet) {
  return Boolean(bet.close) && !isInPlay(bet) && isClosing(bet.close);
}

/** Whether a close may be called a closing line: by the bookmaker's own line where there is one. */
export function isClosing({ age, line_age: own }) {
  const seen = own ?? age;
  return seen !== null && seen <= CLOSES_WITHIN;
}
