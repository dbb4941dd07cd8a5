// The dialog with all choices of a view. What it shows is the view; what is chosen goes to the screen.
import { csvOf } from "../shown/csv.js";
import { teamsOf } from "../shown/chosen.js";
import { columnsOf } from "../shown/rows.js";
import { toggled, zoneOf } from "../shown/view-state.js";
import { BookList } from "./book-list.js";
import { setText } from "./cell.js";
import { OwnBooks } from "./own-books.js";

export class SettingsDialog {
  /** `model()` gives what the page shows, `shown()` the grid's columns, markets and event ids. */
  constructor(screen, model, shown) {
    this.screen = screen;
    this.model = model;
    this.shown = shown;
    this.dialog = document.getElementById("view");
    if (!this.dialog) return;
    const part = (id) => document.getElementById(id);
    this.form = part("view-form");
    this.parts = { elsewhere: part("elsewhere"), zone: part("zone-name"), zoneSaid: part("zone-said"), said: part("view-said"), team: part("team-name"), teams: part("team-list") };
    this.books = new BookList(part("books-list"), part("book-pattern"), screen);
    this.own = new OwnBooks(part("own-list"), part("own-pattern"), screen);
    part("open-view").addEventListener("click", () => this.open());
    part("copy-link").addEventListener("click", () => this.copy());
    part("download").addEventListener("click", () => this.download());
    part("reset-view").addEventListener("click", () => this.reset());
    part("add-team").addEventListener("click", () => this.addTeam());
    this.form.addEventListener("change", ({ target }) => this.changed(target));
    this.form.addEventListener("keydown", (event) => this.entered(event));
    this.parts.teams.addEventListener("click", ({ target }) => this.removeTeam(target.closest("button")));
  }

  open() {
    if (!this.dialog || this.dialog.open) return;
    this.elsewhere = false;
    fill("zones", Intl.supportedValuesOf?.("timeZone") ?? []);
    fill("teams", teamsOf(this.model().board.events));
    this.update(this.screen.view);
    setText(this.parts.said, "");
    this.dialog.showModal();
  }

  changed({ name, value, id }) {
    if (id === "zone-name") this.chooseZone(value);
    else if (name === "zone" && value === "other") {
      this.elsewhere = true;
      this.update(this.screen.view);
      this.parts.zone.focus();
    } else if (name === "shown") this.screen.choose({ without: toggled(this.screen.view.without, value) });
    else if (name) {
      if (name === "zone") this.elsewhere = false;
      this.screen.choose({ [name]: value });
    }
  }

  chooseZone(value) {
    const zone = zoneOf(value.trim());
    setText(this.parts.zoneSaid, zone ? "" : "No such time zone: it is a name such as Europe/Berlin.");
    this.parts.zone.toggleAttribute("aria-invalid", !zone);
    if (zone) this.screen.choose({ zone });
  }

  /** Enter in a field does what stands beside it, and does not close the dialog. */
  entered(event) {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target === this.parts.team) this.addTeam();
    else this.changed(event.target);
  }

  update(view) {
    if (!this.dialog) return;
    const { board, odds, words, page } = this.model();
    const named = !["local", "UTC"].includes(view.zone);
    const zone = named || this.elsewhere ? "other" : view.zone;
    const chosen = { odds, theme: view.theme, density: view.density, zone, fair: view.fair };
    for (const [name, value] of Object.entries(chosen)) this.form.elements[name].value = value;
    for (const box of this.form.elements.shown) box.checked = !view.without.includes(box.value);
    this.parts.elsewhere.hidden = zone !== "other";
    if (named && document.activeElement !== this.parts.zone) this.parts.zone.value = view.zone;
    const columns = columnsOf(Object.keys(board.bookmakers), board.bookmakers, words);
    this.books.update(columns, view);
    this.own.update(columns, view, page.commission);
    this.parts.teams.replaceChildren(...view.team.map(teamItem));
  }

  addTeam() {
    const name = this.parts.team.value.trim();
    if (name && !this.screen.view.team.includes(name)) this.screen.choose({ team: [...this.screen.view.team, name] });
    this.parts.team.value = "";
    this.parts.team.focus();
  }

  removeTeam(button) {
    if (!button) return;
    this.screen.choose({ team: toggled(this.screen.view.team, button.dataset.team) });
    this.parts.team.focus();
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.screen.link);
      setText(this.parts.said, "Copied.");
    } catch {
      setText(this.parts.said, this.screen.link);
    }
  }

  download() {
    const model = this.model();
    const text = csvOf(model, this.shown());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${model.board.sport}-${model.board.version}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    setText(this.parts.said, "Downloaded.");
  }

  reset() {
    this.elsewhere = false;
    this.screen.reset();
    setText(this.parts.said, "Everything as it was at first.");
  }
}

function fill(id, names) {
  const list = document.getElementById(id);
  if (list.childElementCount === names.length) return;
  list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
}

function teamItem(name) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "\u00d7" });
  button.dataset.team = name;
  button.setAttribute("aria-label", `Remove ${name}`);
  item.append(name, " ", button);
  return item;
}
