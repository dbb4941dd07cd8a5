// The bets of this browser: listed, compared with how their games closed, exported and imported.
import { localise } from "../browser/times.js";
import { plural, shareText, signedSum } from "../shown/format.js";
import { Screen } from "../browser/screen.js";
import { feesOf } from "../shown/view-state.js";
import { isInPlay } from "../domain/bet.js";
import { betsOf, csvOf } from "./csv.js";
import { forget, keptBets, newId, note, onChange, renew } from "../browser/kept-bets.js";
import { broughtBy, resultOf } from "./result.js";
import { closeOf, hasClosing, valueOf } from "./value.js";
import { BetRow } from "./row.js";

const MOST_ASKED = 60;
const LARGEST_FILE = 4_000_000;
const FINAL_AFTER = 86_400_000;
const TOLD_WITHIN = 3 * 86_400_000;
const ASKED_AGAIN = 10; // minutes
const HOPELESS = ["unknown_event", "pruned", "unauthorised"];
const data = JSON.parse(document.getElementById("page-data").content.textContent);
const base = document.documentElement.dataset.base;
const ahead = Date.parse(data.now) - Date.now();
const screen = new Screen(() => draw());
const list = document.getElementById("bets-list");
const said = document.getElementById("bets-said");
const wrongs = document.getElementById("bets-wrong");
let turns = 0;
/** {event: why its close can't be told now}. */
const untold = new Map();

function now() {
  return Date.now() + ahead;
}

function fees() {
  return { ...data.commission, ...feesOf(screen.view) };
}

function draw() {
  const bets = keptBets();
  const rows = bets.reverse().map((bet) => new BetRow(bet, { ...data, base, odds: screen.view.odds, fees: fees(), now: now(), untold, remove }).node);
  list.replaceChildren(...rows);
  document.getElementById("bets-none").hidden = bets.length > 0;
  document.getElementById("bets-sum").textContent = sumOf(bets);
  document.getElementById("export").disabled = bets.length === 0;
  localise(list, screen.view.zone);
}

/** What the bets with a closing line are worth on average; older lines are no closing lines and do not count. */
function sumOf(bets) {
  if (!bets.length) return "";
  const values = bets.filter(hasClosing).map((bet) => valueOf(bet, bet.close, fees()));
  const mean = (name, words) => {
    const known = values.map((value) => value[name]).filter((share) => share !== null);
    return known.length ? `; ${words} ${shareText(known.reduce((sum, share) => sum + share, 0) / known.length)} on average (${plural(known.length, "bet")})` : "";
  };
  const inPlay = bets.filter(isInPlay).length;
  return `${plural(bets.length, "bet")}${inPlay ? `, ${inPlay} in play` : ""}, ${values.length} with a closing line${mean("price", "against the own book")}${mean("fair", "against the fair close")}${settled(bets)}.`;
}

/** What those whose final score is known brought, by that score. */
function settled(bets) {
  const results = bets.map((bet) => [bet, resultOf(bet, bet.close?.score)]).filter(([, result]) => result);
  if (!results.length) return "";
  const count = (which) => results.filter(([, result]) => result === which).length;
  const sum = results.reduce((total, [bet, result]) => total + broughtBy(bet, result, fees()), 0);
  const pushed = count("push") ? `, ${count("push")} pushed` : "";
  return `; by the final scores ${count("won")} won, ${count("lost")} lost${pushed}: ${signedSum(sum)}`;
}

function remove(bet) {
  forget(bet.id);
  said.textContent = "The bet is removed.";
  draw();
  document.getElementById("main").focus();
}

/** Ask how the games closed that have begun: those not known yet, and on the first look also those that began
 * lately, whose start may have been moved; now and then those whose final score is not known. */
async function askCloses(isFirst = false) {
  const before = JSON.stringify([keptBets(), ...untold]);
  const since = (bet) => now() - Date.parse(bet.starts_at);
  const again = isFirst || ++turns % ASKED_AGAIN === 0;
  const mayChange = (bet) => (isFirst && since(bet) < FINAL_AFTER) || (again && !bet.close.score && since(bet) < TOLD_WITHIN);
  const wanted = keptBets().filter((bet) => since(bet) >= 0 && (bet.close ? mayChange(bet) : isFirst || !HOPELESS.includes(untold.get(bet.event))));
  for (const event of [...new Set(wanted.map((bet) => bet.event))].slice(-MOST_ASKED)) {
    if (!(await askClose(event))) break;
  }
  // Rows that would be the same stay: somebody may be on one of their buttons.
  if (isFirst || JSON.stringify([keptBets(), ...untold]) !== before) draw();
}

/** Whether there is use in asking on. */
async function askClose(event) {
  const answer = await fetch(`${base}/api/events/${encodeURIComponent(event)}/closing`).catch(() => null);
  const body = await answer?.json().catch(() => null);
  if (!answer?.ok || !body) {
    untold.set(event, body?.code ?? "unreachable");
    return Boolean(answer) && answer.status !== 429 && answer.status !== 401;
  }
  untold.delete(event);
  const bets = keptBets().filter((bet) => bet.event === event);
  renew(bets.map((bet) => ({ ...bet, starts_at: body.starts_at, close: closeOf(bet, body) })));
  return true;
}

document.getElementById("export").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf(keptBets())], { type: "text/csv" }));
  link.download = "linefinder-bets.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

document.getElementById("import").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  const { bets, wrong } = file.size > LARGEST_FILE ? { bets: [], wrong: ["The file is larger than 4 MB."] } : betsOf(await file.text(), newId);
  target.value = "";
  const before = keptBets().length;
  const refused = wrong.length ? "" : note(bets);
  showWrong(refused ? [refused] : wrong);
  const added = keptBets().length - before;
  if (wrong.length || refused) said.textContent = "Nothing was imported, and nothing you had is changed.";
  else said.textContent = `${plural(added, "bet")} imported${bets.length > added ? `; ${bets.length - added} were there already` : ""}.`;
  draw();
  askCloses(true);
});

function showWrong(sentences) {
  const shown = sentences.slice(0, 20);
  if (sentences.length > shown.length) shown.push(`And ${sentences.length - shown.length} more.`);
  wrongs.replaceChildren(...shown.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  wrongs.hidden = !shown.length;
}

onChange(draw);
draw();
askCloses(true);
setInterval(askCloses, 60_000);
