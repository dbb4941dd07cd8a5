// How this browser sees boards: what was chosen, kept in the browser and in the address. Knows the view and
// tells when it changed; the widgets that change it are in widgets/.
import { choicesKept, DEFAULTS, queryOf, viewOf } from "../shown/view-state.js";

const KEPT = "linefinder.view";

/** What this browser keeps; null where storage is closed to pages. */
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(choices) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(choices));
  } catch {
    // Then it lasts as long as the page.
  }
}

export class Screen {
  /** `changed(names)` hears which choices changed; `more()` is what else of the address stays. */
  constructor(changed, more = () => "") {
    this.tell = changed;
    this.more = more;
    this.view = viewOf(location.search, kept());
    this.show();
  }

  /** Choose: {name: value}. Only what was chosen here is kept, not what a shared address brought. */
  choose(choices) {
    const names = Object.keys(choices).filter((name) => String(choices[name]) !== String(this.view[name]));
    if (!names.length) return;
    this.view = { ...this.view, ...choices };
    const all = { ...choicesKept(kept()), ...choices };
    delete all.find;
    keep(all);
    this.show();
    this.tell(names);
  }

  /** Back to the defaults, here and in what is kept. */
  reset() {
    this.choose({ ...DEFAULTS, market: this.view.market });
    keep({});
    this.show();
  }

  /** The address that shows anybody this view. */
  get link() {
    const address = new URL(location.href);
    address.search = queryOf(this.view, true);
    return address.href;
  }

  /** What of this view stands in the addresses of all pages. */
  get query() {
    return queryOf(this.view);
  }

  /** What the page as a whole shows: its address, its colours, its density, and a cookie for the next one. */
  show() {
    const address = new URL(location.href);
    const query = [this.query, this.more()].filter(Boolean).join("&");
    if (query !== address.search.slice(1)) history.replaceState(null, "", `${address.pathname}${query ? `?${query}` : ""}${address.hash}`);
    const { dataset } = document.documentElement;
    set(dataset, "theme", this.view.theme, "system");
    set(dataset, "density", this.view.density, "dense");
    set(dataset, "without", this.view.without.join(" "), "");
    this.tellServer(choicesKept(kept()), dataset.base || "/");
  }

  /** As static/early.js does, for the next page. */
  tellServer(choices, path) {
    const told = new URLSearchParams({ local: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC" });
    for (const name of ["zone", "odds", "market", "theme", "density"]) if (choices[name]) told.set(name, choices[name]);
    for (const name of ["mine", "fee"]) (choices[name] ?? []).forEach((value) => told.append(name, value));
    document.cookie = `linefinder_view=${told}; path=${path}; max-age=31536000; samesite=lax`;
  }
}

function set(dataset, name, value, usual) {
  if (value === usual) delete dataset[name];
  else dataset[name] = value;
}
