// What the keys of the board do; the help on `?` lists them.

/** {key: action}. `odds` and `market` are the switches above the board, `star` makes the game in focus a favourite, `best`
 * presses the best line of the side in focus, or of the one below it. */
export function shortcuts({ odds, market, star, best }) {
  const links = ({ node }) => [...(node?.querySelectorAll("a") ?? [])];
  const press = (id) => () => document.getElementById(id)?.click();
  const next = () => {
    const all = links(odds);
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    all[(at + 1) % all.length]?.click();
  };
  const numbers = ["1", "2", "3", "4"].map((key, index) => [key, () => links(market)[index]?.click()]);
  return { ...Object.fromEntries(numbers), o: next, r: press("refresh"), v: press("open-view"), n: press("note-open"), "/": find, f: star, b: () => best(), B: () => best(1) };
}

function find() {
  const field = document.getElementById("find");
  field?.focus();
  field?.select();
}
