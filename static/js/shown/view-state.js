// How somebody wants to see boards: from the address (which wins, so that a view can be shared), then from
// what this browser keeps, then the defaults. Pure. docs/board.md lists the names.

export const ALL = "all";
const CHOICES = {
  odds: ["american", "decimal", "fractional", "probability"],
  density: ["dense", "comfortable"],
  theme: ["system", "light", "dark"],
  when: ["all", "live", "soon", "today"],
  sort: ["favourites", "start", "hold"],
  fair: ["", "multiplicative", "additive", "power", "shin", "worst"],
};
const LISTS = ["hide", "order", "fav", "team", "mine", "fee", "without"];
const LONGEST = { value: 80, list: 100 };

/** Every choice at its default; an empty market or odds means the board's own. */
export const DEFAULTS = Object.freeze({
  market: "",
  odds: "",
  zone: "local",
  density: "dense",
  theme: "system",
  when: "all",
  find: "",
  sort: "favourites",
  fair: "",
  hide: Object.freeze([]),
  order: Object.freeze([]),
  fav: Object.freeze([]),
  team: Object.freeze([]),
  mine: Object.freeze([]),
  fee: Object.freeze([]),
  without: Object.freeze([]),
});

/** The choices in a query string; what is unknown or malformed is left out. */
export function choicesIn(search) {
  const query = new URLSearchParams(search);
  const found = {};
  for (const name of Object.keys(DEFAULTS)) {
    if (!query.has(name)) continue;
    const value = checked(name, LISTS.includes(name) ? query.getAll(name).filter(Boolean) : query.get(name));
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The choices in what this browser kept (JSON, or null). A search is not kept: it would hide games tomorrow. */
export function choicesKept(text) {
  let kept = {};
  try {
    kept = JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
  const names = Object.keys(DEFAULTS).filter((name) => name !== "find" && Object.hasOwn(kept, name));
  const found = names.map((name) => [name, checked(name, kept[name])]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function checked(name, value) {
  if (LISTS.includes(name)) return Array.isArray(value) ? [...new Set(value.filter(isShort))].slice(0, LONGEST.list) : undefined;
  if (!isShort(value)) return undefined;
  if (CHOICES[name]) return CHOICES[name].includes(value) ? value : undefined;
  if (name === "zone") return zoneOf(value);
  return value;
}

function isShort(value) {
  return typeof value === "string" && value.length <= LONGEST.value;
}

/** local, UTC or a name that this browser knows (Europe/Berlin); undefined for any other. */
export function zoneOf(value) {
  if (value.toLowerCase() === "local" || value === "") return "local";
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
    return known.toLowerCase() === value.toLowerCase() ? known : value;
  } catch {
    return undefined;
  }
}

/** What Intl takes for a chosen zone. */
export function intlZone(zone) {
  return zone === "local" ? undefined : zone;
}

/** The view: the address wins, then what was kept, then the defaults. */
export function viewOf(search, kept) {
  return { ...DEFAULTS, ...choicesKept(kept), ...choicesIn(search) };
}

/** The query of a view: what differs from the defaults, or everything, for one who has other choices. */
export function queryOf(view, everything = false) {
  const query = new URLSearchParams();
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = view[name];
    if (LISTS.includes(name)) {
      value.forEach((item) => query.append(name, item));
      if (everything && !value.length) query.set(name, "");
    } else if (everything ? value !== "" : value !== usual) query.set(name, value);
  }
  return query.toString();
}

/** {bookmaker: share of a win} of the commissions chosen, `betfair_ex_uk=5` each; nonsense is left out. */
export function feesOf(view) {
  const found = Object.create(null);
  for (const text of view.fee) {
    const [, book, percent] = /^([a-z0-9_]{1,64})=([0-9]{1,2}(?:\.[0-9]{1,3})?)$/.exec(text) ?? [];
    if (book && Number(percent) <= 50) found[book] = Number(percent) / 100;
  }
  return found;
}

/** `list` with `item` put in, or taken out where it is there. */
export function toggled(list, item) {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}
