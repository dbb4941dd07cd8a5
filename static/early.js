// Runs before the first paint: colours and density as kept, and a cookie by which the server renders the
// next page as this browser wants it. What only the scripts can show is waited for, so that nothing jumps.
"use strict";
(function () {
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("linefinder.view")) || {};
  } catch {
    // Storage may be closed to pages: then nothing is kept.
  }
  const asked = (name) => query.get(name) || (typeof kept[name] === "string" ? kept[name] : "");
  const theme = asked("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  if (asked("density") === "comfortable") root.dataset.density = "comfortable";
  else delete root.dataset.density;

  const without = query.has("without") ? query.getAll("without") : kept.without;
  if (Array.isArray(without) && without.length) root.dataset.without = without.join(" ");

  const local = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const told = new URLSearchParams({ local });
  for (const name of ["zone", "odds", "market", "theme", "density"]) {
    if (typeof kept[name] === "string" && kept[name]) told.set(name, kept[name]);
  }
  for (const name of ["mine", "fee"]) {
    if (Array.isArray(kept[name])) kept[name].forEach((value) => told.append(name, value));
  }
  document.cookie = `linefinder_view=${told}; path=${root.dataset.base || "/"}; max-age=31536000; samesite=lax`;

  const zone = asked("zone") && asked("zone") !== "local" ? asked("zone") : local;
  const mine = ["hide", "order", "fav", "team"].some((name) => query.has(name) || (kept[name] && kept[name].length));
  const usual = { when: "all", sort: "favourites", find: "" };
  const filtered = Object.keys(usual).some((name) => (asked(name) || usual[name]) !== usual[name]);
  if (mine || filtered || zone !== root.dataset.zone) root.dataset.wait = "";
  // Should the scripts fail, what the server rendered is better than nothing.
  setTimeout(() => delete root.dataset.wait, 4000);
})();
