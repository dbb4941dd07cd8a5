// Numbers, ages and times as people read them. Pure. Prices and ages have their twins in
// linefinder/web/shown/view.py, for the page as the server renders it.
import { isOffered, toAmerican, toDecimal } from "../domain/price.js";

const MINUS = "\u2212";

/** A price in the format shown: +150, \u2212110, 2.50, 3/2, 40.0%; 'off' where it stands for suspended. */
export function priceText(price, boardFormat, shown) {
  if (!isOffered(price, boardFormat)) return "off";
  if (shown === "decimal") return decimalText(price, boardFormat);
  if (shown === "fractional") return fractionText(price, boardFormat);
  if (shown === "probability") return `${(100 / toDecimal(price, boardFormat)).toFixed(1)}%`;
  return signed(toAmerican(price, boardFormat));
}

/** Two places; a third only where the provider itself sent one. */
function decimalText(price, boardFormat) {
  const sent = boardFormat === "decimal" && /\.\d{3}/.test(String(price));
  return toDecimal(price, boardFormat).toFixed(sent ? 3 : 2);
}

/** What is won on what is bet, as people write it: American odds exactly, decimal ones as near as they were sent. */
function fractionText(price, boardFormat) {
  const [won, bet] = boardFormat === "american" ? exactFraction(price) : nearFraction(price);
  return `${won}/${bet}`;
}

function exactFraction(price) {
  const size = Math.floor(1000 * Math.abs(price) + 0.5);
  const [won, bet] = price > 0 ? [size, 100_000] : [100_000, size];
  const common = divisor(won, bet);
  return [won / common, bet / common];
}

function nearFraction(price) {
  const won = Math.floor(1000 * price + 0.5) - 1000;
  const within = won % 10 ? 0.5 : 5; // thousandths: half of the last place sent
  for (const bet of STAKES) {
    const whole = Math.floor(won * bet / 1000 + 0.5);
    if (whole > 0 && Math.abs(1000 * whole - won * bet) < Math.min(within, won / 25) * bet) return [whole, bet];
  }
  const common = divisor(won, 1000);
  return [won / common, 1000 / common];
}

/** The stakes that fractional odds are written with. */
const STAKES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 21, 22, 25, 33, 40, 50, 66, 80, 100];

function divisor(a, b) {
  return b ? divisor(b, a % b) : a;
}

/** A number with its sign, a real minus, in the shortest form. */
export function signed(number) {
  if (number > 0) return `+${number}`;
  return number < 0 ? `${MINUS}${-number}` : "0";
}

/** A sum in the unit of a stake, to a hundredth. */
export function signedSum(sum) {
  const rounded = Math.abs(sum).toFixed(2);
  if (rounded === "0.00") return "0.00";
  return `${sum > 0 ? "+" : MINUS}${rounded}`;
}

/** A point as a board shows it: o221.5, u221.5, +6.5, PK for none to give; empty where null. */
export function pointText(market, outcome, point) {
  if (point === null) return "";
  if (market === "totals") return `${{ Over: "o", Under: "u" }[outcome] ?? ""}${plain(point)}`;
  return point === 0 ? "PK" : signed(point);
}

/** What a bet is on: 'Over 221.5', 'Boston Celtics \u22126.5', 'Boston Celtics'. */
export function pickText(market, outcome, point) {
  const said = pointText(market, outcome, point);
  return `${outcome} ${market === "totals" ? said.replace(/^[ou]+/, "") : said}`.trimEnd();
}

/** An amount of whatever one bets: 12.05. */
export function moneyText(amount) {
  return amount.toFixed(2);
}

/** A share as per cent with its sign: '+2.2%'; 0.0 has none. */
export function shareText(share) {
  const percent = (100 * share).toFixed(1);
  const some = /[1-9]/.test(percent);
  if (percent.startsWith("-")) return `${some ? MINUS : ""}${percent.slice(1)}%`;
  return `${some ? "+" : ""}${percent}%`;
}

function plain(number) {
  return number < 0 ? signed(number) : String(number + 0);
}

/** An age in seconds: 12 s, 4 min, 2 h 5 min, 3 d. */
export function ageText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 5400) return `${Math.floor(whole / 60)} min`;
  if (whole < 172_800) return hoursText(whole);
  return `${Math.floor(whole / 86_400)} d`;
}

function hoursText(seconds) {
  const minutes = Math.floor((seconds % 3600) / 60);
  const hours = `${Math.floor(seconds / 3600)} h`;
  return minutes ? `${hours} ${minutes} min` : hours;
}

/** How long until a start, in its largest unit; empty beyond a day, where the heading says it. */
export function soonText(seconds) {
  if (seconds <= 0) return "in play";
  if (seconds < 3600) return `in ${Math.max(1, Math.floor(seconds / 60))} min`;
  return seconds < 86_400 ? `in ${Math.floor(seconds / 3600)} h` : "";
}

/** Seconds to wait: 0:48, 12:05, 3 h 20 min. */
export function countdown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole >= 3600) return hoursText(whole);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 1234 as 1,234. */
export function countText(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** '1 event', '2 events'. */
export function plural(count, noun) {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FORMS = {
  clock: CLOCK,
  weekday: { weekday: "short" },
  second: { ...CLOCK, second: "2-digit" },
  short: { day: "numeric", month: "short" },
  brief: { weekday: "short", ...CLOCK },
  day: { weekday: "long", day: "numeric", month: "long" },
  full: { weekday: "short", day: "numeric", month: "short", ...CLOCK },
};

const formatters = new Map();

/** A moment (ms) in the viewer's time zone: form is clock, second, short, brief, day or full. */
export function timeText(moment, form, timeZone) {
  const key = `${form} ${timeZone}`;
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat("en-GB", { ...FORMS[form], timeZone }));
  }
  return formatters.get(key).format(moment);
}

/** A moment (ms) as a field of date and time takes it, in the viewer's time zone: 2026-11-27T20:43:59. */
export function fieldText(moment, timeZone) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return new Intl.DateTimeFormat("sv-SE", { ...parts, hourCycle: "h23", timeZone }).format(moment).replace(" ", "T");
}

/** The moment (ms) that such a field means; NaN for none. Twice, for where the clocks change between guess and answer. */
export function fieldMoment(text, timeZone) {
  const wanted = Date.parse(`${text}Z`);
  if (Number.isNaN(wanted)) return NaN;
  const off = (moment) => Date.parse(`${fieldText(moment, timeZone)}Z`) - moment;
  return wanted - off(wanted - off(wanted));
}
