// Noted bets as CSV, and back: what is exported is imported as it was. Pure.
import { isInPlay, wrongWith } from "../domain/bet.js";
import { NO_CLOSE } from "./value.js";

const TEXTS = ["id", "noted_at", "sport", "event", "starts_at", "away", "home", "market", "outcome", "bookmaker", "odds_format"];
const NUMBERS = ["price", "point", "stake"];
const HEAD = ["id", "noted_at", "sport", "event", "starts_at", "away", "home", "market", "outcome", "point", "price", "odds_format", "bookmaker", "stake"];
const CLOSE = ["close_format", "close_age", "close_price", "close_point", "close_line_age", "close_off", "close_fair", "away_score", "home_score"];
const SAID = ["in_play"]; // follows from the times, and is not read back
const NEEDED = HEAD.filter((name) => !["id", "point", "away", "home"].includes(name));
const NUMBER = /^[+-]?\d{1,20}(\.\d{1,40})?([eE][+-]?\d{1,3})?$/;

/** All bets, one a row. */
export function csvOf(bets) {
  const rows = bets.map((bet) => [...HEAD.map((name) => cell(bet[name])), ...closeCells(closeTold(bet)), isInPlay(bet) ? "yes" : "no"]);
  return [[...HEAD, ...CLOSE, ...SAID], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Of a bet made in play no figures of the start, which an older page kept. */
function closeTold(bet) {
  return bet.close && isInPlay(bet) ? { ...bet.close, ...NO_CLOSE } : bet.close;
}

function closeCells(close) {
  if (!close) return CLOSE.map(() => "");
  const { odds_format: format, age, price, point, line_age: own, off, fair, score } = close;
  return [format, age, price, point, own, off ? "yes" : "no", fair, score?.away ?? null, score?.home ?? null].map(cell);
}

/** Numbers plain, texts quoted. A text that a spreadsheet would run gets an apostrophe before it, which the import
 * takes off again. */
function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

function bare(text) {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** {bets, wrong}: the bets of a CSV, or what is wrong with it, a sentence a row. One bad row and none is taken.
 * `newId()` names those that have no id. */
export function betsOf(text, newId) {
  const rows = rowsOf(text.replace(/^\ufeff/, ""));
  if (typeof rows === "string") return { bets: [], wrong: [rows] };
  const [head = [], ...others] = rows;
  const names = head.map((name) => name.trim());
  const faults = wrongWithHead(names);
  if (faults) return { bets: [], wrong: [faults] };
  const found = others.map((row, at) => betOf(row, names, at + 2, newId));
  const ids = found.map(({ bet }) => bet?.id);
  found.forEach((one, at) => {
    if (one.bet && ids.indexOf(one.bet.id) !== at) one.wrong ||= `Row ${at + 2}: it has the id of row ${ids.indexOf(one.bet.id) + 2}.`;
  });
  const wrong = found.map((one) => one.wrong).filter(Boolean);
  return { bets: wrong.length ? [] : found.map(({ bet }) => bet), wrong };
}

function wrongWithHead(names) {
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length) return `Row 1: it names no ${missing.join(", ")}.`;
  const strange = names.filter((name, at) => ![...HEAD, ...CLOSE, ...SAID].includes(name) || names.indexOf(name) !== at);
  return strange.length ? `Row 1: ${strange.map((name) => `'${name.slice(0, 40)}'`).join(", ")} is unknown, or named twice.` : "";
}

function betOf(row, names, number, newId) {
  if (row.length !== names.length) return { wrong: `Row ${number}: it has ${row.length} fields, not ${names.length}.` };
  const given = Object.fromEntries(names.map((name, at) => [name, row[at]]));
  const bet = { id: "", home: "", away: "" };
  for (const name of TEXTS) if (name in given) bet[name] = bare(given[name]);
  for (const name of NUMBERS) bet[name] = numberOf(given[name] ?? "");
  bet.id ||= newId();
  bet.close = closeIn(given);
  const wrong = wrongWith(bet);
  return wrong ? { bet, wrong: `Row ${number}: ${wrong}.` } : { bet, wrong: "" };
}

function closeIn(given) {
  if (CLOSE.every((name) => !given[name])) return null;
  const number = (name) => numberOf(given[name] ?? "");
  const off = { yes: true, no: false }[bare(given.close_off ?? "")];
  const [home, away] = ["home_score", "away_score"].map((name) => bare(given[name] ?? "") || null);
  const score = (home ?? away) !== null && { score: { home, away } };
  return { ...score, odds_format: bare(given.close_format ?? ""), age: number("close_age"), price: number("close_price"), point: number("close_point"), line_age: number("close_line_age"), off, fair: number("close_fair") };
}

/** Null for nothing, NaN for what is no number. */
function numberOf(text) {
  const bared = text.trim();
  if (bared === "") return null;
  return NUMBER.test(bared) ? Number(bared) : NaN;
}

/** The rows of a CSV (RFC 4180), empty ones left out; a sentence where a quote is never closed. */
function rowsOf(text) {
  const rows = [];
  let row = [];
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (fields.lastIndex < text.length) {
    const at = fields.lastIndex;
    const found = fields.exec(text);
    if (!found) return `Row ${rows.length + 1}: a quote is not closed, or stands within a field ('${text.slice(at, at + 20)}').`;
    row.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] === ",") {
      if (fields.lastIndex === text.length) row.push("");
      else continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length) rows.push(row);
  return rows.filter((fieldsOf) => fieldsOf.length > 1 || fieldsOf[0] !== "");
}
