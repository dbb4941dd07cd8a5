// The finder: boards of all sports, what is found on them, filtered and listed, kept live.
import { plural } from "../shown/format.js";
import { setText } from "../widgets/cell.js";
import { Alerts } from "../widgets/alerts.js";
import { Keyboard } from "../widgets/keyboard.js";
import { Across } from "./across.js";
import { Controls } from "./controls.js";
import { areChosen, filtersIn, queryOf, wants } from "./filters.js";
import { Finder } from "./finder.js";
import { FindList } from "./list.js";
import { noteHere, Noting } from "./noting.js";
import { rowOf } from "./rows.js";
import { leftOut, ruleOf } from "./rule.js";

const MOST_SHOWN = 100;
let filters = filtersIn(location.search);
const typed = new URLSearchParams(location.search).get("books");
const across = new Across({ show, query: () => queryOf(filters), changed, chosen });
const { base, boards, clock, data, screen, titles } = across;
const { words, sports } = data;
const finder = new Finder(across.terms);
const list = new FindList();
const controls = new Controls(filters, wished);
const alerts = new Alerts(base, boards.connection, merged, { words, titles: Object.fromEntries(titles), zone: () => screen.view.zone });
document.getElementById("alerts-new").hidden = true; // here it is made from the filters
document.getElementById("tell-me").addEventListener("click", waitForThese);
new Noting(list.node, boards, (button) => list.lineOf(button), { now: () => clock.now(), words });
new Keyboard(document.getElementById("main"), { n: () => noteHere(list.node, ".find") }, { rows: ".find", names: ".title" });

/** A board came or changed, or only its feed. */
function changed({ board, feed }) {
  finder.update(board, feed);
}

/** Somebody changed what is wanted, in the form. */
function wished() {
  filters = controls.filters(filters);
  screen.choose({ mine: controls.mine });
  screen.show();
  across.draw();
}

/** Somebody chose how to see things. */
function chosen() {
  finder.use(across.terms);
}

function show(now, view) {
  let hidden = 0;
  const found = finder.seen(now, (find, event) => {
    const wanted = wants(filters, find, (Date.parse(event.starts_at) - now) / 1000);
    if (!wanted) hidden += 1;
    return wanted;
  });
  const rows = found.slice(0, MOST_SHOWN).map((find) => rowOf(find, boards.get(find.sport), { odds: view.odds, words, title: titles.get(find.sport), filters, slip }));
  list.update(rows, { now, zone: view.zone, address: across.address });
  controls.show(view.mine, across.books);
  controls.count(filters);
  say(found.length, rows.length, hidden);
}

/** Where the slip of a bet is opened; empty where its bookmaker gives no links. */
function slip({ event, market }, { bookmaker, outcome, lay }) {
  if (!data.linked.includes(bookmaker)) return "";
  const query = new URLSearchParams({ book: bookmaker, market: lay ? `${market}_lay` : market, outcome });
  return `${base}/slip/${encodeURIComponent(event)}?${query}`;
}

/** All boards as one, for the words of alerts. */
function merged() {
  const held = boards.lives.map(({ board }) => board);
  const [events, bookmakers] = ["events", "bookmakers"].map((name) => Object.assign({}, ...held.map((board) => board[name])));
  return { sport: sports[0]?.sport, events, bookmakers };
}

/** Rules that tell of what the filters show: one a sport. */
async function waitForThese() {
  const { rule, refused } = ruleOf(filters, screen.view.mine);
  const wanted = filters.sports.length ? filters.sports : sports.map(({ sport }) => sport);
  const said = refused ? [refused] : [];
  if (rule) for (const sport of wanted) said.push(await alerts.add({ ...rule, sport }));
  const words = [...new Set(said)].filter(Boolean);
  setText(document.getElementById("tell-said"), words.length ? words.join(" ") : leftOut(filters));
}

function say(found, shown, hidden) {
  const parts = [found > shown ? `The best ${shown} of ${plural(found, "find")}` : plural(found, "find")];
  const chosen = areChosen(filters);
  if (hidden) parts.push(`${hidden} ${chosen ? "hidden by the filters" : "in play, not shown"}`);
  setText(document.getElementById("finds-count"), parts.join("; "));
  document.getElementById("finds-none").hidden = found + hidden > 0;
  const [filtered, inPlay] = ["finds-filtered", "finds-in-play"].map((id) => document.getElementById(id));
  filtered.hidden = found > 0 || !hidden || !chosen;
  inPlay.hidden = found > 0 || !hidden || chosen;
  filtered.querySelector("a").search = screen.query;
  inPlay.querySelector("a").search = `${screen.query}&play=1`;
}

window.linefinder = Object.freeze({
  state: () => boards.connection.state,
  finds: () => finder.seen(clock.now()),
  board: (sport) => boards.get(sport),
});

controls.resume(typed);
across.open();
