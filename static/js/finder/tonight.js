// Tonight: the games of all sports by start, with their best lines, kept live.
import { Keyboard } from "../widgets/keyboard.js";
import { Switch } from "../widgets/switch.js";
import { Across } from "./across.js";
import { Controls } from "./controls.js";
import { Games } from "./games.js";
import { noteHere, Noting } from "./noting.js";
import { GameTable } from "./table.js";

let hours = hoursIn(location.search);
const typed = new URLSearchParams(location.search).get("books");
const across = new Across({ show, query: () => (hours === 24 ? "" : `hours=${hours}`) });
const { boards, clock, screen } = across;
const { words } = across.data;
const games = new Games(words);
const table = new GameTable(across.titles);
const controls = new Controls(null, () => screen.choose({ mine: controls.mine }));
const hoursSwitch = new Switch(document.getElementById("hours"), "hours", within);
document.querySelector("#games-none [data-hours]")?.addEventListener("click", (click) => {
  click.preventDefault();
  within("0");
});
new Noting(table.node, boards, (button) => table.lineOf(button), { now: () => clock.now(), words });
new Keyboard(document.getElementById("main"), { n: () => noteHere(table.node, "tbody.game") }, { rows: "tbody.game" });

function hoursIn(search) {
  const asked = new URLSearchParams(search).get("hours");
  return ["3", "24", "0"].includes(asked) ? Number(asked) : 24;
}

function within(asked) {
  hours = Number(asked);
  screen.show();
  across.draw();
}

function show(now, view) {
  const found = games.list(boards.lives, { terms: across.terms, odds: view.odds, hours, now });
  table.update(found, { now, zone: view.zone, address: across.address });
  document.getElementById("games-none").hidden = found.length > 0;
  controls.show(view.mine, across.books);
  hoursSwitch.update(String(hours));
}

window.linefinder = Object.freeze({ state: () => boards.connection.state, board: (sport) => boards.get(sport) });

controls.resume(typed);
across.open();
