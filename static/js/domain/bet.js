// What a noted bet is, and what is wrong with one. Pure.
// A bet: {id, noted_at, sport, event, starts_at, home, away, bookmaker, market, outcome, price, point, odds_format, stake,
// close}; `close` is null until the game's closing lines are known (value.js).
import { isOffered } from "./price.js";

const NAMES = ["sport", "event", "bookmaker", "market", "outcome"];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
const ID = /^[A-Za-z0-9-]{1,64}$/;
const FORMATS = ["american", "decimal"];
const LONGEST = 256;
const LARGEST = 1_000_000;
const MOST_STAKED = 1_000_000_000;

export const MOST_BETS = 5000;

/** What is wrong with a bet, in a few words; "" where nothing is. */
export function wrongWith(bet) {
  if (typeof bet !== "object" || bet === null) return "it is no bet";
  if (!ID.test(String(bet.id))) return "its id is not letters and digits";
  for (const name of ["noted_at", "starts_at"]) if (!isTime(bet[name])) return `${name} is no time like 2026-11-24T00:10:00Z`;
  for (const name of NAMES) if (!isName(bet[name]) || bet[name] === "") return `${name} is empty, too long, or no plain text`;
  for (const name of ["home", "away"]) if (!isName(bet[name])) return `${name} is too long, or no plain text`;
  if (bet.market.endsWith("_lay")) return "it is a lay, which can't be compared";
  if (!FORMATS.includes(bet.odds_format)) return "odds_format is neither american nor decimal";
  if (!isPrice(bet.price, bet.odds_format)) return `price is no ${bet.odds_format} price`;
  if (!isPoint(bet.point)) return "point is no number";
  if (!(isNumber(bet.stake) && bet.stake > 0 && bet.stake <= MOST_STAKED)) return "stake is no number above 0";
  return bet.close === null ? "" : wrongWithClose(bet.close);
}

/** Whether it was made when the game had begun: the lines of the start are then no later word on it, and no close. */
export function isInPlay({ noted_at: noted, starts_at: starts }) {
  return Date.parse(noted) >= Date.parse(starts);
}

function wrongWithClose(close) {
  if (typeof close !== "object") return "its close is none";
  if (!FORMATS.includes(close.odds_format)) return "close_format is neither american nor decimal";
  for (const name of ["age", "line_age"]) if (close[name] !== null && !(isNumber(close[name]) && close[name] >= 0)) return `close_${name} is no number from 0 up`;
  if (close.price !== null && !(isNumber(close.price) && Math.abs(close.price) <= LARGEST)) return "close_price is no number";
  if (!isPoint(close.point)) return "close_point is no number";
  if (close.fair !== null && !(isNumber(close.fair) && close.fair >= 0 && close.fair <= 1)) return "close_fair is no probability";
  if (![undefined, null].includes(close.score) && !["home", "away"].every((side) => isPoints(close.score[side]))) return "home_score or away_score is no score";
  return typeof close.off === "boolean" ? "" : "close_off is neither yes nor no";
}

function isPoints(value) {
  return value === null || (isName(value) && value.length <= 32);
}

function isName(value) {
  return typeof value === "string" && value.length <= LONGEST && !/[\u0000-\u001f\u007f]/.test(value);
}

function isTime(value) {
  return typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function isPrice(value, format) {
  return isNumber(value) && Math.abs(value) <= LARGEST && isOffered(value, format);
}

function isPoint(value) {
  return value === null || (isNumber(value) && Math.abs(value) <= LARGEST);
}
