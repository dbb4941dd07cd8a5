// A board that lives: the page's data, then the socket. Widgets are told what is; they tell nobody.
import { diff } from "./domain/board.js";
import { Clock } from "./news/clock.js";
import { barred } from "./domain/compare.js";
import { Connection } from "./news/connection.js";
import { judge } from "./domain/feed.js";
import { FirstLines } from "./browser/first-lines.js";
import { Live } from "./news/live.js";
import { BRIGHT_FOR, Movements } from "./domain/movements.js";
import { openersOf } from "./domain/openers.js";
import { chooseMarket, marketChoices, marketName, marketsOf } from "./shown/rows.js";
import { Screen } from "./browser/screen.js";
import { shortcuts } from "./browser/shortcuts.js";
import { localise } from "./browser/times.js";
import { inTasks, nextTask } from "./browser/turns.js";
import { ALL, feesOf, toggled } from "./shown/view-state.js";
import { Alerts } from "./widgets/alerts.js";
import { Announcer } from "./widgets/announcer.js";
import { Begins } from "./widgets/begins.js";
import { ConnectionMark } from "./widgets/connection-mark.js";
import { FeedLine } from "./widgets/feed-line.js";
import { Filters } from "./widgets/filters.js";
import { Grid } from "./widgets/grid.js";
import { Holds } from "./widgets/holds.js";
import { Keyboard } from "./widgets/keyboard.js";
import { NoteButton } from "./widgets/note-button.js";
import { Notes } from "./widgets/notes.js";
import { Patterns } from "./widgets/patterns.js";
import { Refresh } from "./widgets/refresh.js";
import { SettingsDialog } from "./widgets/settings-dialog.js";
import { Slips } from "./widgets/slips.js";
import { Switch } from "./widgets/switch.js";
import { TimeMachine } from "./widgets/time-machine.js";

const data = JSON.parse(document.getElementById("board-data").content.textContent);
const base = document.documentElement.dataset.base;
const { words, page } = data;

const clock = new Clock(Date.parse(data.now));
const movements = new Movements();
const screen = new Screen((names) => chosen(names));
let noted = { board: data.board, at: clock.now() };
let changedAt = 0;

const live = new Live(data.board, {
  subscribe: (message, done) => connection.ask("subscribe", message, done),
  reconnect: () => connection.restart(),
  changed: (patch) => changed(patch),
  pace: inTasks,
});
const connection = new Connection(base, {
  connected: () => live.connected(),
  disconnected: () => live.disconnected(),
  changed: () => tick(),
});
connection.on("odds_snapshot", (message) => live.snapshot(message));
connection.on("odds_update", (message) => live.update(message));
connection.on("feed_status", (message) => live.status(message));

const patterns = new Patterns(base);
const firsts = page.event ? undefined : new FirstLines(base, data.board.sport, () => firstsCame());
const openers = page.openers && openersOf(page.openers);
const grids = [...document.querySelectorAll("table.grid")].map((table) => new Grid(table, patterns, { only: page.event, openers, firsts }));
const feedLine = new FeedLine(words);
const mark = new ConnectionMark(words);
const notes = new Notes(words);
const holds = page.event && new Holds(page.event);
const begins = page.event && new Begins(document.querySelector(".begins"), page.event);
const alerts = new Alerts(base, connection, () => live.board, { words, event: page.event, titles: page.titles, zone: () => screen.view.zone });
new Slips(document.getElementById("main"), base, page.linked, lineOf);
new NoteButton(document.getElementById("main"), lineOf, () => live.board, { words, event: page.event, now: () => clock.now() });
const announcer = new Announcer(words);
const refresh = new Refresh(base, data.board.sport, page);
const oddsSwitch = new Switch(document.getElementById("odds"), "odds", (odds) => screen.choose({ odds }));
const marketSwitch = new Switch(document.getElementById("markets"), "market", (market) => screen.choose({ market }));
const filters = new Filters(screen);
const settings = new SettingsDialog(screen, model, () => grids[0]);
const pane = document.getElementById("main");
const keyboard = new Keyboard(pane, shortcuts({ odds: oddsSwitch, market: marketSwitch, star, best }));
let found = [];
let placedAt = 0;

const machine = page.event ? undefined : new TimeMachine(base, data, screen.view.zone, movedInTime);
let chart;
let props;
let closing;
if (page.event) import("./widgets/closing.js").then(({ ClosingLines }) => {
  closing = new ClosingLines(document.getElementById("closing"), base, page.event);
});
if (page.event) import("./widgets/chart.js").then(({ Chart }) => {
  chart = new Chart(base, page.event, words);
  chart.update(model(), null);
});
if (page.event) import("./widgets/props.js").then(({ Props }) => {
  props = new Props(base, page.event);
  props.update(model());
});

/** What a cell shows: {event, market, outcome, bookmaker, price, point}. */
function lineOf(target) {
  const { event } = target.closest("tbody.event").dataset;
  return { event, ...alerts.cell(target, event) };
}

/** Everything a widget may show, as it is now. */
function model() {
  const { board, feed, heardAt } = live;
  const dataAt = feed.data_at ? Date.parse(feed.data_at) : null;
  if (dataAt !== null) clock.atLeast(dataAt);
  const now = clock.now();
  const starts = Object.values(board.events).map((event) => Date.parse(event.starts_at));
  const judged = judge(feed, starts, now, heardAt + clock.offset);
  const connected = connection.state === "connected";
  const { view } = screen;
  const odds = view.odds || board.odds_format;
  return { board, feed, judged, now, dataAt, changedAt, movements, odds, view, words, page, connected, out: barred(feed.ages, Object.keys(board.bookmakers), view.mine, { ...page.commission, ...feesOf(view) }) };
}

/** A new board (patch null: a whole one) or a new feed (patch undefined). */
function changed(patch) {
  const at = clock.now();
  const { board } = live;
  const moved = patch === null ? missed(board, at) : patch;
  const count = moved ? movements.note(noted.board.events, board.events, moved, board.odds_format, at) : 0;
  noted = { board, at };
  // To take an update in is work enough for one task.
  if (patch) nextTask(() => drawChange(patch, count, at));
  else draw(patch === undefined ? {} : patch);
}

/** What a whole board changes of the one held till now, where that was held so lately that it moved just now. */
function missed(board, at) {
  const recent = board.epoch === noted.board.epoch && at - noted.at < BRIGHT_FOR;
  return recent ? diff(noted.board.events, board.events) : null;
}

function drawChange(patch, count, at) {
  changedAt = at;
  draw(patch, count);
  changedAt = 0;
}

function draw(patch, count = 0) {
  const now = model();
  const seen = machine?.seen(now) ?? now;
  if (bringsMarket(patch)) relist(seen);
  followFirsts(now, patch);
  // While the past is shown, news wait behind it: they are drawn on the way back.
  if (seen === now || patch === null) grids.forEach((grid) => grid.update(seen, patch));
  chart?.update(now, patch);
  props?.update(now);
  oddsSwitch.update(now.odds);
  marketSwitch.update(grids[0]?.market, marketChoices(found).map((key) => [key, marketName(key, words)]));
  filters.update(now.view);
  show(now, seen, count);
}

/** Openers follow the live board, whatever is shown. */
function followFirsts(now, patch) {
  const [grid] = grids;
  if (!firsts || !grid?.market) return;
  const missed = patch === null && now.board.version !== firsts.version;
  if (grid.market !== ALL) firsts.want(grid.market, missed);
  firsts.version = now.board.version;
  if (patch) firsts.follow(now, Object.keys(patch), patch);
}

/** They have come: rows show them as their turn comes. */
function firstsCame() {
  const now = model();
  firsts.follow(now, Object.keys(now.board.events));
  grids.forEach((grid) => grid.refresh(machine?.seen(now) ?? now));
}

/** The markets that the board shown has, and the one that is shown of them. */
function relist(seen) {
  found = marketsOf(seen.board.events, words);
  if (!page.event) grids.forEach((grid) => grid.switchTo(chooseMarket(screen.view.market, found)));
}

/** Another moment is shown; on the way out or back, columns begin anew. */
function movedInTime(crossed) {
  const now = model();
  const seen = machine?.seen(now) ?? now;
  if (crossed) relist(seen);
  grids.forEach((grid) => grid.update(seen, null));
  show(now, seen, 0);
}

/** Whether a patch may bring a market that the board did not have. */
function bringsMarket(patch) {
  if (patch === null) return true;
  const markets = Object.values(patch).flatMap((event) => Object.values(event?.lines ?? {}).flatMap((held) => Object.keys(held ?? {})));
  return markets.some((market) => !found.includes(market));
}

function show(now, seen, count) {
  pane.dataset.status = seen.judged.status;
  feedLine.update(now);
  begins?.update(now);
  holds?.update(now);
  closing?.update(now);
  mark.update(connection);
  notes.update(seen, page.event, grids[0]?.shown);
  refresh.update(now);
  announcer.update(now.judged, connection, count);
}

/** What time alone changes, each second. */
function tick() {
  const now = model();
  const seen = machine?.seen(now) ?? now;
  const touched = movements.age(now.now);
  if (seen === now && screen.view.when !== "all" && now.now - placedAt > 15_000) replace(now);
  else if (seen === now && touched.size) grids.forEach((grid) => grid.update(now, Object.fromEntries([...touched].map((id) => [id, true]))));
  else grids.forEach((grid) => grid.tick(seen));
  chart?.tick(now);
  props?.tick(now);
  machine?.tick(now);
  show(now, seen, 0);
}

/** As time passes, games come into what is shown and leave it. */
function replace(now) {
  placedAt = now.now;
  grids.forEach((grid) => grid.update(now, null));
}

/** Somebody chose how to see the board. */
function chosen() {
  draw(null);
  if (settings.dialog?.open) settings.update(screen.view);
}

function star() {
  const game = keyboard.here;
  if (game) screen.choose({ fav: toggled(screen.view.fav, game.dataset.event) });
}

/** Press the best line of the side in focus, or of the one `below` it: that of a bookmaker with links before others. */
function best(below = 0) {
  const rows = [...(keyboard.here?.querySelectorAll("tr.line") ?? [])];
  const row = rows[Math.max(0, rows.indexOf(document.activeElement.closest("tr.line"))) + below];
  const cells = [...(row?.querySelectorAll("td.line-cell.best") ?? [])];
  (cells.find((cell) => page.linked.includes(lineOf(cell).bookmaker)) ?? cells[0])?.click();
}

/** Columns stick only while something is scrolled aside: each that may stick costs a layer. */
function still() {
  pane.classList.toggle("still", pane.scrollLeft === 0);
}

pane.addEventListener("scroll", still, { passive: true });
pane.addEventListener("click", ({ target }) => {
  const button = target.closest(".star");
  if (button) screen.choose({ fav: toggled(screen.view.fav, button.closest("tbody").dataset.event) });
});

window.linefinder = Object.freeze({
  board: () => ({ ...live.board, feed: live.feed }),
  feed: () => ({ ...live.feed, shown: model().judged }),
  state: () => connection.state,
  counters: live.counters,
});

still();
localise(document, screen.view.zone);
draw(null);
delete document.documentElement.dataset.wait;
connection.open();
setInterval(() => {
  if (connection.state === "connected") live.tick();
  connection.tick();
  tick();
}, 1000);
