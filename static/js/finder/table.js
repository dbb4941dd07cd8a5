// The table of games: a body each, written only where it changed, in the order of their starts.
import { soonText, timeText } from "../shown/format.js";
import { intlZone } from "../shown/view-state.js";
import { setText } from "../widgets/cell.js";

export class GameTable {
  constructor(titles) {
    this.titles = titles;
    this.told = new Map();
    this.node = document.getElementById("games");
    const [day, game] = document.querySelectorAll("#game-pattern").item(0).content.querySelectorAll("tbody");
    this.patterns = { day, game };
    this.bodies = new Map([...this.node.querySelectorAll("tbody.game")].map((body) => [body.dataset.game, body]));
    this.days = new Map([...this.node.querySelectorAll("tbody.heading")].map((body) => [body.textContent.trim(), body]));
  }

  update(games, { now, zone, address }) {
    const place = [];
    let last = "";
    this.told = new Map(games.map((game) => [game.id, game]));
    for (const game of games) {
      const day = timeText(Date.parse(game.starts), "day", intlZone(zone)).replace(",", "");
      if (day !== last) place.push(this.day((last = day)));
      place.push(this.write(this.body(game.id), game, { now, zone, address }));
    }
    const kept = new Set(place);
    for (const body of this.node.tBodies) if (!kept.has(body)) body.dataset.gone = "";
    for (const body of this.node.querySelectorAll("[data-gone]")) body.remove();
    this.order(place);
    this.node.hidden = !games.length;
  }

  /** The line that a price notes. */
  lineOf(button) {
    const [body, row] = [button.closest("tbody"), button.closest("tr")];
    const game = this.told.get(body.dataset.game);
    const at = [...row.querySelectorAll(".note-it")].indexOf(button);
    const line = game?.sides[[...body.rows].indexOf(row)]?.bests[at]?.line;
    return line && { ...line, sport: game.sport, event: game.id };
  }

  order(bodies) {
    let place = this.node.tBodies[0] ?? null;
    for (const body of bodies) {
      delete body.dataset.gone;
      if (body === place) place = place.nextElementSibling;
      else this.node.insertBefore(body, place);
    }
  }

  day(label) {
    if (!this.days.has(label)) {
      const body = document.importNode(this.patterns.day, true);
      body.querySelector("th").textContent = label;
      this.days.set(label, body);
    }
    return this.days.get(label);
  }

  body(id) {
    if (!this.bodies.has(id)) {
      const body = document.importNode(this.patterns.game, true);
      body.dataset.game = id;
      this.bodies.set(id, body);
    }
    return this.bodies.get(id);
  }

  write(body, game, { now, zone, address }) {
    const blank = { point: "", price: "", books: "" };
    const title = this.titles.get(game.sport) ?? game.sport;
    const sides = game.sides.length ? game.sides : [{ name: game.title || title, score: "", bests: [blank, blank, blank] }];
    while (body.rows.length > sides.length) body.lastElementChild.remove();
    while (body.rows.length < sides.length) body.append(document.importNode(this.patterns.game.rows[1], true));
    const starts = Date.parse(game.starts);
    const part = (name) => body.querySelector(`.${name}`);
    setText(part("starts"), timeText(starts, "clock", intlZone(zone)));
    setText(part("soon"), soonText((starts - now) / 1000));
    setText(part("sport"), title);
    setText(part("old"), game.old && `${game.old} old`);
    setText(part("hold"), game.hold);
    sides.forEach((side, at) => this.side(body.rows[at], side, address(game.id), game.oldScore));
    return body;
  }

  side(row, { name, score, bests }, href, oldScore) {
    const link = row.querySelector(".name");
    setText(link, name);
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    const node = row.querySelector(".score");
    setText(node, score);
    node.classList.toggle("old", oldScore);
    row.querySelectorAll(".best-of").forEach((cell, at) => {
      for (const part of ["point", "price", "books"]) setText(cell.querySelector(`.${part}`), bests[at][part]);
      noted(cell.querySelector(".note-it"), name, bests[at]);
    });
  }
}

/** A price notes its bet. */
function noted(button, name, { point, price, books }) {
  button.hidden = !price;
  button.disabled = false;
  const said = `Note: ${[name, point, price].filter(Boolean).join(" ")}, ${books}`;
  if (button.getAttribute("aria-label") !== said) button.setAttribute("aria-label", said);
}
