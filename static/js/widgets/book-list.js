// The bookmakers of a board: which are shown, and in which order.
import { arranged } from "../shown/chosen.js";
import { toggled } from "../shown/view-state.js";

export class BookList {
  constructor(list, pattern, screen) {
    this.list = list;
    this.pattern = pattern.content.firstElementChild;
    this.screen = screen;
    this.items = new Map();
    list.addEventListener("change", (event) => {
      event.stopPropagation();
      screen.choose({ hide: toggled(screen.view.hide, event.target.closest("li").dataset.book) });
    });
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.shift(button, button.classList.contains("up") ? -1 : 1);
    });
  }

  /** Show the columns of a board, hidden ones too, in the view's order. */
  update(columns, view) {
    this.books = arranged(columns, { ...view, hide: [] }).map(({ book }) => book);
    const titles = new Map(columns.map(({ book, title }) => [book, title]));
    for (const book of this.books) if (!this.items.has(book)) this.items.set(book, this.item(book, titles.get(book)));
    const wanted = this.books.map((book) => this.items.get(book));
    if (wanted.some((node, index) => node !== this.list.children[index])) this.list.replaceChildren(...wanted);
    for (const book of this.books) this.items.get(book).querySelector("input").checked = !view.hide.includes(book);
  }

  item(book, title) {
    const node = this.pattern.cloneNode(true);
    node.dataset.book = book;
    node.querySelector(".title").textContent = title;
    node.querySelector(".up").setAttribute("aria-label", `${title}: further to the front`);
    node.querySelector(".down").setAttribute("aria-label", `${title}: further to the back`);
    return node;
  }

  shift(button, by) {
    const { book } = button.closest("li").dataset;
    const from = this.books.indexOf(book);
    const to = Math.max(0, Math.min(this.books.length - 1, from + by));
    const order = this.books.filter((other) => other !== book);
    order.splice(to, 0, book);
    this.screen.choose({ order });
    button.focus();
  }
}
