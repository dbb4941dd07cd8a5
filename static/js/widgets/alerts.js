// Alerts: what was told, what is waited for. A rule is made in the dialog of alert-dialog.js.
import { askAlerts, keptId, ownId } from "../browser/browser-id.js";
import { ageText, pickText, priceText, timeText } from "../shown/format.js";
import { within } from "../domain/names.js";
import { marketName } from "../shown/rows.js";
import { local } from "../browser/storage.js";
import { intlZone } from "../shown/view-state.js";
import { AlertDialog, titleOf } from "./alert-dialog.js";
import { PushSwitch } from "./push-switch.js";

const DISMISSED = "linefinder.dismissed";
const MOST_SHOWN = 20;
const KINDS = {
  target: "price reached", move: "line moves", steam: "several books move", opener: "market opens",
  arbitrage: "arbitrage", low_hold: "low hold", find: "finds",
};

export class Alerts {
  /** `board()` gives the board as it is; nothing is asked of the server before the first rule. `event`: the one that
   * the page is about, and new rules with it. `titles`: {sport: name}. `zone()`: whose clock tells when. */
  constructor(base, connection, board, { words, event, titles, zone }) {
    this.open = document.getElementById("alerts-open");
    if (!this.open) return;
    Object.assign(this, { base, connection, board, event, words, titles, zone });
    this.panel = document.getElementById("alerts");
    this.list = document.getElementById("alerts-list");
    this.rules = document.getElementById("alerts-rules");
    this.quiet = document.getElementById("alerts-quiet");
    this.said = document.getElementById("alerts-said");
    this.shown = new Map();
    this.push = new PushSwitch(base);
    this.dialog = new AlertDialog(board, words, (rule) => this.add(rule));
    this.listen();
  }

  listen() {
    this.open.addEventListener("click", () => this.show(this.panel.hidden));
    document.getElementById("alerts-close").addEventListener("click", () => this.show(false));
    document.getElementById("alerts-clear").addEventListener("click", () => this.dismiss(...this.shown.keys()));
    document.getElementById("alerts-new").addEventListener("click", () => this.dialog.open({ event: this.event }));
    document.addEventListener("keydown", (press) => this.escaped(press));
    this.quiet.addEventListener("submit", (submit) => this.saveQuiet(submit));
    document.getElementById("main").addEventListener("contextmenu", (press) => this.pressed(press));
    this.connection.on("connect", () => this.subscribe());
    this.connection.on("alert", (message) => this.told(message));
  }

  show(shown) {
    this.panel.hidden = !shown;
    this.open.setAttribute("aria-expanded", String(shown));
    if (!shown) this.open.focus();
  }

  /** Escape closes it, unless it belongs to a dialog or to what somebody writes elsewhere. */
  escaped({ key, target }) {
    if (key !== "Escape" || this.panel.hidden || document.querySelector("dialog[open]")) return;
    if (!target.matches("input, select, textarea") || this.panel.contains(target)) this.show(false);
  }

  /** A cell or an event, pressed with the other button or for long. */
  pressed(press) {
    const event = press.target.closest("tbody.event")?.dataset.event;
    if (!event || press.shiftKey) return;
    press.preventDefault();
    this.dialog.open({ event, ...this.cell(press.target, event) });
  }

  cell(target, event) {
    const row = target.closest("tr.line");
    const table = target.closest("table.grid");
    if (!row || !table) return {};
    const td = target.closest("td.line-cell");
    const head = td && table.querySelector("thead tr:has(th.book)").cells[td.cellIndex];
    const { book: bookmaker, of: market = table.dataset.market } = head?.dataset ?? {};
    const lines = this.board().events[event]?.lines[bookmaker]?.[market] ?? {};
    // markets side by side share a row, whose outcomes stand in it together
    const names = row.dataset.outcome.split(" | ");
    const outcome = names.find((name) => lines[name]) ?? names[0];
    const [price, point] = lines[outcome] ?? [];
    return { market, outcome, bookmaker, price, point };
  }

  /** Hear from now on, and see what was missed. */
  async subscribe() {
    const id = keptId();
    if (!id) return;
    this.connection.ask("subscribe_alerts", { id }, () => {});
    const [recent, kept] = await Promise.all(["recent", "rules"].map((path) => askAlerts(this.base, "GET", path)));
    if (recent.status === 200) recent.body.alerts.slice(0, MOST_SHOWN).reverse().forEach((alert) => this.put(alert));
    if (kept.status === 200) this.showRules(kept.body);
    this.count();
  }

  told({ alerts, more, quiet }) {
    alerts.forEach((alert) => this.put(alert));
    this.count();
    if (quiet) return;
    if (this.panel.hidden) this.show(true);
    const first = alerts[0];
    const others = alerts.length - 1 + more;
    this.said.textContent = `Alert. ${first.title}. ${first.text}.${others ? ` And ${others} more.` : ""}`;
  }

  put(alert) {
    if (this.shown.has(alert.id) || dismissed().includes(alert.id)) return;
    const texts = [["strong", alert.title], ["span", alert.text], ["small", whenText(alert, intlZone(this.zone()))]];
    const item = row(texts, "Dismiss", `Dismiss: ${alert.title}`, () => this.dismiss(alert.id));
    this.shown.set(alert.id, item);
    this.list.prepend(item);
    if (this.shown.size > MOST_SHOWN) this.drop(this.shown.keys().next().value);
  }

  dismiss(...ids) {
    local.set(DISMISSED, JSON.stringify([...ids, ...dismissed()].slice(0, 200)));
    ids.forEach((id) => this.drop(id));
    this.count();
    this.open.focus();
  }

  drop(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
  }

  count() {
    document.getElementById("alerts-count").textContent = this.shown.size || "";
    document.getElementById("alerts-none").hidden = this.shown.size > 0;
    document.getElementById("alerts-clear").hidden = this.shown.size < 2;
  }

  async add(rule) {
    ownId();
    const { status, body } = await askAlerts(this.base, "POST", "rules", rule);
    if (status !== 201) return body.detail ?? "The server does not answer.";
    await this.subscribe();
    this.show(true);
    return "";
  }

  async remove(id) {
    await askAlerts(this.base, "DELETE", `rules/${id}`);
    await this.subscribe();
    this.open.focus();
  }

  showRules({ rules, quiet }) {
    const items = rules.map((rule) => {
      const words = describe(rule, this.board(), this);
      const texts = [["span", words], ...(rule.warning ? [["small", rule.warning]] : [])];
      return row(texts, "Remove", `Remove: ${words}`, () => this.remove(rule.id));
    });
    this.rules.replaceChildren(...items);
    this.quiet.from.value = quiet?.from ?? "";
    this.quiet.to.value = quiet?.to ?? "";
  }

  async saveQuiet(submit) {
    submit.preventDefault();
    const { from, to } = this.quiet;
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    const quiet = from.value && to.value ? { from: from.value, to: to.value, zone } : null;
    const { status, body } = await askAlerts(this.base, "PUT", "quiet", { quiet });
    document.getElementById("alerts-quiet-said").textContent = status === 200 ? "Saved" : (body.detail ?? "Not saved");
  }
}

/** A rule in a few words. */
export function describe(rule, { events, bookmakers }, { words, titles }) {
  const about = rule.event ? titleOf(rule.event, events[rule.event]) : (within(titles, rule.sport) ?? rule.sport);
  const market = rule.market && marketName(rule.market, words);
  const pick = rule.outcome && pickText(rule.market, rule.outcome, rule.point ?? null);
  const line = rule.price === undefined ? pick : `${pick} at ${priceText(rule.price, rule.odds_format, rule.odds_format)}`;
  const parts = [about, market, line, rule.bookmaker && (within(bookmakers, rule.bookmaker) ?? rule.bookmaker)];
  if (rule.kind === "find") {
    parts.push(rule.kinds?.map((kind) => words.finds[kind]).join(", "), rule.edge > -0.05 && `from ${(100 * rule.edge).toFixed(1)}%`);
    parts.push(rule.mine?.map((book) => within(bookmakers, book) ?? book).join(", "));
  }
  return [KINDS[rule.kind], ...parts.filter(Boolean)].join(" \u00b7 ");
}

function whenText({ at, late }, zone) {
  const time = timeText(Date.parse(at), "brief", zone);
  return late >= 1 ? `${time}, up to ${ageText(late)} late` : time;
}

function row(texts, label, name, press) {
  const item = document.createElement("li");
  for (const [tag, text] of texts) item.append(Object.assign(document.createElement(tag), { textContent: text }));
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  button.setAttribute("aria-label", name);
  button.addEventListener("click", press);
  item.append(button);
  return item;
}

function dismissed() {
  try {
    const kept = JSON.parse(local.get(DISMISSED) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
