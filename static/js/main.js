// A board that lives: the page's data, then the socket. Widgets are told what is; they tell nobody.
import { Clock } from "./clock.js";
import { lagging } from "./compare.js";
import { Connection } from "./connection.js";
import { judge } from "./feed.js";
import { Live } from "./live.js";
import { Movements } from "./movements.js";
import { marketName, marketsOf } from "./rows.js";
import { localise } from "./times.js";
import { Announcer } from "./widgets/announcer.js";
import { keepOdds, keptOdds, Switch } from "./widgets/choices.js";
import { ConnectionMark } from "./widgets/connection-mark.js";
import { FeedLine } from "./widgets/feed-line.js";
import { Grid } from "./widgets/grid.js";
import { Notes } from "./widgets/notes.js";
import { openersOf } from "./openers.js";
import { Patterns } from "./widgets/patterns.js";
import { Refresh } from "./widgets/refresh.js";
import { TimeMachine } from "./widgets/time-machine.js";

const data = JSON.parse(document.getElementById("board-data").content.textContent);
const base = document.documentElement.dataset.base;
const { words, page } = data;

const clock = new Clock(Date.parse(data.now));
const movements = new Movements();
let odds = data.shown.odds ?? keptOdds() ?? data.board.odds_format;
let drawn = data.board.events;
let changedAt = 0;

const live = new Live(data.board, {
  subscribe: (message, done) => connection.ask("subscribe", message, done),
  reconnect: () => connection.restart(),
  changed: (patch) => changed(patch),
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
const openers = page.openers && openersOf(page.openers);
const grids = [...document.querySelectorAll("table.grid")].map((table) => new Grid(table, patterns, { only: page.event, openers }));
const feedLine = new FeedLine(words);
const mark = new ConnectionMark(words);
const notes = new Notes(words);
const announcer = new Announcer(words);
const refresh = new Refresh(base, data.board.sport, page);
const oddsSwitch = new Switch(document.getElementById("odds"), "odds", chooseOdds);
const marketSwitch = new Switch(document.getElementById("markets"), "market", chooseMarket);

const machine = page.event ? undefined : new TimeMachine(base, data, movedInTime);
let chart;
if (page.event) import("./widgets/chart.js").then(({ Chart }) => {
  chart = new Chart(base, page.event, words);
  chart.update(model(), null);
});

/** Everything a widget may show, as it is now. */
function model() {
  const { board, feed, heardAt } = live;
  const dataAt = feed.data_at ? Date.parse(feed.data_at) : null;
  if (dataAt !== null) clock.atLeast(dataAt);
  const now = clock.now();
  const starts = Object.values(board.events).map((event) => Date.parse(event.starts_at));
  const judged = judge(feed, starts, now, heardAt + clock.offset);
  const connected = connection.state === "connected";
  return { board, feed, judged, now, dataAt, changedAt, movements, odds, words, page, connected, out: lagging(feed.ages) };
}

/** A new board (patch null: a whole one) or a new feed (patch undefined). */
function changed(patch) {
  let count = 0;
  if (patch) {
    changedAt = clock.now();
    count = movements.note(drawn, live.board.events, patch, live.board.odds_format, changedAt);
  }
  drawn = live.board.events;
  draw(patch === undefined ? {} : patch, count);
  changedAt = 0;
}

function draw(patch, count = 0) {
  const now = model();
  const seen = machine?.seen(now) ?? now;
  // While the past is shown, news wait behind it: they are drawn on the way back.
  if (seen === now || patch === null) grids.forEach((grid) => grid.update(seen, patch));
  chart?.update(now, patch);
  oddsSwitch.update(odds);
  if (patch === null || Object.keys(patch).length) drawMarkets(seen.board.events);
  show(now, seen, count);
}

/** Another moment is shown; on the way out or back, columns begin anew. */
function movedInTime(crossed) {
  if (crossed) grids.forEach((grid) => grid.switchTo(grid.market));
  draw(null);
}

function drawMarkets(events) {
  marketSwitch.update(grids[0]?.market, marketsOf(events, words).map((key) => [key, marketName(key, words)]));
}

function show(now, seen, count) {
  document.getElementById("main").dataset.status = seen.judged.status;
  feedLine.update(now);
  mark.update(connection);
  notes.update(seen, page.event);
  refresh.update(now);
  announcer.update(now.judged, connection, count);
}

/** What time alone changes, each second. */
function tick() {
  const now = model();
  const seen = machine?.seen(now) ?? now;
  const touched = movements.age(now.now);
  if (touched.size && seen === now) grids.forEach((grid) => grid.update(now, Object.fromEntries([...touched].map((id) => [id, true]))));
  else grids.forEach((grid) => grid.tick(seen));
  chart?.tick(now);
  machine?.tick(now);
  show(now, seen, 0);
}

function chooseOdds(chosen) {
  odds = chosen;
  keepOdds(chosen);
  draw(null);
}

function chooseMarket(chosen) {
  grids.forEach((grid) => grid.switchTo(chosen));
  draw(null);
}

window.linefinder = Object.freeze({
  board: () => ({ ...live.board, feed: live.feed }),
  feed: () => ({ ...live.feed, shown: model().judged }),
  state: () => connection.state,
  counters: live.counters,
});

localise(document);
draw(null);
connection.open();
setInterval(() => {
  if (connection.state === "connected") live.tick();
  connection.tick();
  tick();
}, 1000);
