// Props and alternates of an event: what there is and costs, and the lines of a market while it is looked at.
import { ask, fetchData } from "../browser/ask.js";
import { ageText, plural } from "../shown/format.js";
import { booksOf, loadText, OLD_AFTER, outcomeText, rowsOf, sideText } from "../shown/props.js";
import { setText } from "./cell.js";
import { PropFinds } from "./prop-finds.js";

const EVERY = 15_000;
const MOST_ROWS = 200;

export class Props {
  constructor(base, event) {
    this.url = `${base}/api/events/${encodeURIComponent(event)}/props`;
    this.node = document.getElementById("props");
    this.part = (name) => document.getElementById(`props-${name}`);
    this.view = this.part("view");
    this.most = MOST_ROWS;
    this.chosen = new Set();
    this.part("look").addEventListener("click", () => this.spend({}));
    this.part("choose").addEventListener("submit", (event) => this.load(event));
    this.part("offered").addEventListener("change", () => this.count());
    this.part("more").addEventListener("click", () => this.draw((this.most = Infinity)));
    this.view.addEventListener("submit", (event) => event.preventDefault());
    this.view.addEventListener("input", ({ target }) => (target.name === "market" ? this.watch() : this.draw()));
    setInterval(() => document.hidden || this.refresh(), EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    this.finds = new PropFinds();
    queueMicrotask(() => this.refresh()); // by then the page has said how it is seen
  }

  /** How the page is seen: the odds format, whose books count, the time. */
  update(model) {
    const before = this.model;
    this.model = model;
    const { odds, view } = model;
    if (before?.odds !== odds) this.draw();
    if (before && String([before.view.mine, before.view.fee]) !== String([view.mine, view.fee])) this.refresh();
  }

  tick(model) {
    this.model = model;
    this.age();
  }

  async refresh() {
    const offer = await this.get(`${this.url}?${this.own}`);
    if (!offer) return;
    this.offer = offer;
    this.node.hidden = false;
    this.show();
    await this.watch();
  }

  /** Where bets are made, for the address. */
  get own() {
    const { mine = [], fee = [] } = this.model?.view ?? {};
    return new URLSearchParams([...(mine.length ? mine : [""]).map((book) => ["mine", book]), ...fee.map((one) => ["fee", one])]);
  }

  async get(url) {
    try {
      const answer = await fetchData(url);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  show() {
    const { offered, loaded, look_cost: cost, market_cost: each } = this.offer;
    const look = this.part("look");
    look.hidden = offered !== null;
    setText(look, `Show which markets there are, for ${plural(cost, "credit")}`);
    setText(this.part("hint"), offered === null ? "Players, alternate lines, periods: asked for one event at a time, and paid for once for everybody who looks." : offered.length ? `${plural(each, "credit")} a market. What is loaded is shown to everybody, and kept fresh while it is looked at and worth its credits.` : "The bookmakers have no other markets on this event now.");
    this.part("choose").hidden = !offered?.length;
    this.list(offered ?? [], new Map(loaded.map((one) => [one.market, one])));
    this.part("shown").hidden = !loaded.length;
    const select = this.view.elements.market;
    const held = select.value;
    select.replaceChildren(...loaded.map(({ market, name }) => new Option(name, market, false, market === held)));
    this.count();
  }

  list(offered, loaded) {
    const key = JSON.stringify([offered, [...loaded.keys()]]);
    if (key === this.listed) return;
    this.listed = key;
    const labels = offered.map(({ market, name, bookmakers }) => {
      const label = element("label", "tick");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "market", value: market, checked: this.chosen.has(market) });
      const text = element("span", "", name);
      text.append(element("small", "", loaded.has(market) ? "loaded" : plural(bookmakers, "book")));
      label.append(box, text);
      return label;
    });
    this.part("offered").replaceChildren(this.part("offered").querySelector("legend"), ...labels);
  }

  count() {
    const boxes = [...this.part("offered").querySelectorAll("input")];
    this.chosen = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
    const button = this.part("load");
    setText(button, loadText(this.chosen.size, this.offer.market_cost));
    button.setAttribute("aria-disabled", String(!this.chosen.size || Boolean(this.busy)));
  }

  load(event) {
    event.preventDefault();
    if (this.chosen.size) this.spend({ markets: [...this.chosen] });
  }

  async spend(body) {
    if (this.busy) return;
    this.busy = true;
    setText(this.part("said"), "Asking the provider \u2026");
    const answer = await ask("POST", this.url, body);
    this.busy = false;
    setText(this.part("said"), body.markets || answer.status !== 200 ? outcomeText(answer) : "");
    if (answer.status === 200 && body.markets) {
      for (const box of this.part("offered").querySelectorAll("input")) box.checked = false;
      this.chosen.clear();
      this.wanted = body.markets[0];
    }
    await this.refresh();
  }

  /** The market that is looked at, as it is now. */
  async watch() {
    const select = this.view.elements.market;
    if (this.wanted && [...select.options].some(({ value }) => value === this.wanted)) select.value = this.wanted;
    this.wanted = null;
    const market = select.value;
    if (!market) return;
    const told = await this.get(`${this.url}/${encodeURIComponent(market)}?${this.own}`);
    if (!told || told.market !== select.value) return;
    this.told = told;
    this.draw();
  }

  draw() {
    const { told, model } = this;
    if (!told || !model) return;
    const form = this.view.elements;
    const rows = rowsOf(told, { find: form.find.value, all: form.all.checked });
    const shown = rows.slice(0, this.most);
    const open = new Set([...this.part("lines").querySelectorAll("details[open]")].map((node) => node.dataset.of));
    this.part("lines").replaceChildren(...shown.map((row) => this.row(row, open)));
    setText(this.part("caption"), `${told.name}: ${plural(rows.length, "row")}`);
    const more = this.part("more");
    more.hidden = rows.length <= shown.length;
    setText(more, `Show all ${rows.length} rows`);
    this.age();
  }

  row({ about, rung, main }, open) {
    const { told, model } = this;
    const row = element("tr", main ? "main" : "");
    const name = element("th", "", about || "The game");
    name.scope = "row";
    const of = [about, ...rung.sides.map(({ name: side, point }) => `${side} ${point}`)].join(" ");
    row.append(name, cell(sideText(rung.sides[0], told, model.odds)), cell(sideText(rung.sides[1], told, model.odds)));
    row.append(element("td", "number", rung.hold === null ? "" : `${(100 * rung.hold).toFixed(1)}%`), books(of, rung, told, model.odds, open.has(of)));
    return row;
  }

  age() {
    if (this.offer && this.model) this.finds.update(this.offer, this.model);
    if (!this.told || !this.model) return;
    const seconds = Math.max(0, (this.model.now - Date.parse(this.told.at)) / 1000);
    const old = seconds > OLD_AFTER;
    const node = this.part("age");
    node.classList.toggle("old", old);
    this.part("lines").classList.toggle("old", old);
    setText(node, `as of ${ageText(seconds)} ago${old ? ": prices may have moved" : ""}`);
  }
}

function element(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

function cell(side) {
  const node = element("td");
  if (!side) return node;
  node.append(element("span", "bet", `${side.bet} ${side.price}`.trim()), " ");
  if (side.gain) node.append(element("span", "gain", side.gain), " ");
  node.append(element("span", "by", side.by));
  return node;
}

/** All books of a rung, listed when somebody opens it. */
function books(of, rung, told, odds, isOpen) {
  const node = element("td");
  const listed = booksOf(rung, told, odds);
  const details = element("details");
  details.dataset.of = of;
  details.append(element("summary", "", plural(listed.length, "book")));
  const fill = () => details.querySelector("ul") || details.append(list(listed));
  details.addEventListener("toggle", fill);
  if (isOpen) {
    fill();
    details.open = true;
  }
  node.append(details);
  return node;
}

function list(lines) {
  const node = element("ul");
  node.append(...lines.map((line) => element("li", "", line)));
  return node;
}
