// Which finds somebody wants to see, from the address and back to it. Pure; the twin of linefinder/web/shown/filters.py.
import { KINDS } from "./finder.js";
import { PAIRED_MARKETS } from "./offers.js";

const SOON = [3, 24];
const KELLY = [1, 0.5, 0.25];

/** {kinds, sports, line, least (per cent), oldest (s), hours (0: any start), play, sure, total, bank, kelly} in a query string; nonsense is left out. */
export function filtersIn(search) {
  const query = new URLSearchParams(search);
  const line = query.get("line") ?? "";
  return {
    kinds: KINDS.filter((kind) => query.getAll("kind").includes(kind)),
    sports: [...new Set(query.getAll("sport").slice(0, 40).filter(Boolean))],
    line: PAIRED_MARKETS.includes(line) ? line : "",
    least: numberIn(query.get("least")),
    oldest: numberIn(query.get("oldest")),
    hours: SOON.find((hours) => query.get("hours") === String(hours)) ?? 0,
    play: query.get("play") === "1",
    sure: query.get("sure") === "1",
    total: moneyIn(query.get("total")),
    bank: moneyIn(query.get("bank")),
    kelly: KELLY.find((part) => query.get("kelly") === String(part)) ?? KELLY.at(-1),
  };
}

/** An amount above 0 as an address takes it, up to 99,999,999; null for anything else. */
export function moneyIn(text) {
  const number = /^[0-9]{1,8}(\.[0-9]{1,3})?$/.test(text ?? "") ? Number(text) : 0;
  return number > 0 ? number : null;
}

/** A number as an address takes it; null for anything else. */
export function numberIn(text) {
  return /^-?[0-9]{1,6}(\.[0-9]{1,3})?$/.test(text ?? "") ? Number(text) : null;
}

/** What differs from seeing everything. */
export function queryOf({ kinds, sports, line, least, oldest, hours, play, sure, total, bank, kelly }) {
  const query = new URLSearchParams();
  kinds.forEach((kind) => query.append("kind", kind));
  sports.forEach((sport) => query.append("sport", sport));
  if (line) query.set("line", line);
  if (least !== null) query.set("least", least);
  if (oldest !== null) query.set("oldest", oldest);
  if (hours) query.set("hours", hours);
  if (play) query.set("play", "1");
  if (sure) query.set("sure", "1");
  if (total) query.set("total", total);
  if (bank) query.set("bank", bank);
  if (kelly !== KELLY.at(-1)) query.set("kelly", kelly);
  return query.toString();
}

/** How many are set to something else than all; kinds count as one. */
export function countOf(filters) {
  const usual = filtersIn("");
  return Object.keys(usual).filter((name) => String(filters[name] ?? "") !== String(usual[name] ?? "")).length;
}

/** Whether anything is asked for, so that it may hide what is found. */
export function areChosen(filters) {
  return countOf({ ...filters, total: null, bank: null, kelly: KELLY.at(-1) }) > 0;
}

/** Whether a find passes whose game starts in so many seconds. */
export function wants({ kinds, sports, line, least, oldest, hours, play, sure }, find, startsIn) {
  if (hours && startsIn > hours * 3600) return false;
  if (!play && find.doubts.includes("in_play")) return false;
  if (sure && find.doubts.some((doubt) => doubt !== "in_play")) return false;
  if (oldest !== null && !find.bets.every(({ age }) => age !== null && age <= oldest)) return false;
  return (
    (!kinds.length || kinds.includes(find.kind)) &&
    (!sports.length || sports.includes(find.sport)) &&
    (!line || line === find.market) &&
    (least === null || 100 * find.edge >= least)
  );
}
