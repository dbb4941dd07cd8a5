// Tonight: the games of all sports by start, with their best lines, kept live.
import { Clock } from "../clock.js";
import { columnsOf } from "../rows.js";
import { Screen } from "../screen.js";
import { feesOf } from "../view-state.js";
import { ConnectionMark } from "../widgets/connection-mark.js";
import { Keyboard } from "../widgets/keyboard.js";
import { Switch } from "../widgets/switch.js";
import { Boards } from "./boards.js";
import { Controls } from "./controls.js";
import { Feeds } from "./feeds.js";
import { Games } from "./games.js";
import { noteHere, Noting } from "./noting.js";
import { GameTable } from "./table.js";

const data = JSON.parse(document.getElementById("page-data").content.textContent);
const base = document.documentElement.dataset.base;
const { words, sports, terms } = data;
const titles = new Map(sports.map(({ sport, title }) => [sport, title]));

let hours = hoursIn(location.search);
const typed = new URLSearchParams(location.search).get("books");
const clock = new Clock(Date.parse(data.now));
const screen = new Screen(() => draw(), () => (hours === 24 ? "" : `hours=${hours}`));
const games = new Games(words);
const boards = new Boards(base, sports, { changed, told: () => mark.update(boards.connection) });
const mark = new ConnectionMark(words);
const feeds = new Feeds(words);
const table = new GameTable(titles);
const controls = new Controls(null, () => screen.choose({ mine: controls.mine }));
const oddsSwitch = new Switch(document.getElementById("odds"), "odds", (odds) => screen.choose({ odds }));
const hoursSwitch = new Switch(document.getElementById("hours"), "hours", within);
document.querySelector("#games-none [data-hours]")?.addEventListener("click", (click) => {
  click.preventDefault();
  within("0");
});
new Noting(table.node, boards, (button) => table.lineOf(button), { now: () => clock.now(), words });
new Keyboard(document.getElementById("main"), { n: () => noteHere(table.node, "tbody.game") }, { rows: "tbody.game" });
let drawing = false;

function hoursIn(search) {
  const asked = new URLSearchParams(search).get("hours");
  return ["3", "24", "0"].includes(asked) ? Number(asked) : 24;
}

function within(asked) {
  hours = Number(asked);
  screen.show();
  draw();
}

function changed({ feed }) {
  if (feed.data_at) clock.atLeast(Date.parse(feed.data_at));
  draw();
}

/** Once a frame, however much arrived. */
function draw() {
  if (drawing || !boards.whole) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    show();
  });
}

function termsNow() {
  return { ...terms, commission: { ...terms.commission, ...feesOf(screen.view) }, mine: screen.view.mine };
}

function show() {
  const now = clock.now();
  const { view } = screen;
  const found = games.list(boards.lives, { terms: termsNow(), odds: view.odds, hours, now });
  table.update(found, { now, zone: view.zone, address: (id) => `${base}/event/${encodeURIComponent(id)}` });
  document.getElementById("games-none").hidden = found.length > 0;
  controls.show(view.mine, books());
  oddsSwitch.update(view.odds || sports[0]?.odds_format);
  hoursSwitch.update(String(hours));
}

function books() {
  const names = Object.assign({}, ...boards.lives.map(({ board }) => board.bookmakers));
  const offering = new Set(boards.lives.flatMap(({ board }) => Object.values(board.events).flatMap(({ lines }) => Object.keys(lines))));
  return columnsOf(offering, names, words).map(({ book, title, short }) => [book, { title, short }]);
}

window.linefinder = Object.freeze({ state: () => boards.connection.state, board: (sport) => boards.get(sport) });

controls.resume(typed);
boards.open();
setInterval(() => {
  boards.tick();
  mark.update(boards.connection);
  feeds.update(boards.feeds(clock), clock.now());
  draw();
}, 1000);
