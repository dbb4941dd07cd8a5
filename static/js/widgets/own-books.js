// The bookmakers where somebody bets, and what each of them keeps of a win: best lines are looked for there alone.
import { within } from "../domain/names.js";
import { feesOf, toggled } from "../shown/view-state.js";

export class OwnBooks {
  constructor(list, pattern, screen) {
    this.list = list;
    this.pattern = pattern.content.firstElementChild;
    this.screen = screen;
    this.items = new Map();
    list.addEventListener("change", (event) => {
      event.stopPropagation();
      const { book } = event.target.closest("li").dataset;
      if (event.target.type === "checkbox") screen.choose({ mine: toggled(screen.view.mine, book) });
      else this.charge(book, event.target);
    });
  }

  /** Show the columns of a board; `usual` is what bookmakers keep unless somebody says otherwise. */
  update(columns, view, usual) {
    const fees = feesOf(view);
    for (const column of columns) if (!this.items.has(column.book)) this.items.set(column.book, this.item(column, usual));
    if (this.list.childElementCount !== this.items.size) this.list.replaceChildren(...this.items.values());
    for (const [book, item] of this.items) {
      const [own, fee] = item.querySelectorAll("input");
      own.checked = view.mine.includes(book);
      if (fee !== document.activeElement) fee.value = book in fees ? percent(fees[book]) : "";
    }
  }

  item({ book, title }, usual) {
    const node = this.pattern.cloneNode(true);
    node.dataset.book = book;
    node.querySelector(".title").textContent = title;
    const fee = node.querySelector(".fee");
    fee.placeholder = percent(within(usual, book) ?? 0);
    fee.setAttribute("aria-label", `${title} keeps, percent of a win`);
    return node;
  }

  /** Take a percentage; an empty one means the usual, nonsense is marked and not taken. */
  charge(book, field) {
    const said = field.value.trim().replace(",", ".").replace("%", "");
    const fee = [...this.screen.view.fee.filter((text) => !text.startsWith(`${book}=`)), ...(said ? [`${book}=${said}`] : [])];
    const right = !said || book in feesOf({ fee });
    field.setAttribute("aria-invalid", String(!right));
    if (right) this.screen.choose({ fee });
  }
}

function percent(share) {
  return String(Math.round(share * 100_000) / 1000);
}
