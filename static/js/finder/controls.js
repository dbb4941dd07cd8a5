// What somebody wants to see: the form above the list, and the books where they hold accounts.
import { setText } from "../widgets/cell.js";
import { countOf, moneyIn, numberIn } from "./filters.js";

export class Controls {
  /** `changed()` hears of any choice; `mine` are the bookmakers chosen. */
  constructor(filters, changed) {
    this.form = document.getElementById("wanted");
    this.books = document.getElementById("mine");
    this.tell = changed;
    for (const form of [this.form, this.books]) {
      form?.addEventListener("change", () => this.tell());
      form?.addEventListener("submit", (submit) => {
        submit.preventDefault();
        if (form === this.books) this.byName();
        this.tell();
      });
    }
    for (const form of [this.form, this.books]) if (form) opens(form);
    for (const name of ["least", "total", "bank"]) this.form?.elements[name].addEventListener("input", () => this.tell());
  }

  /** The filters as the form has them; a name that it does not know stays as it was. */
  filters(before) {
    const { elements } = this.form;
    return {
      ...before,
      kinds: this.checked(this.form, "kind"),
      sports: elements.sport.value ? [elements.sport.value] : [],
      line: elements.line.value,
      least: numberIn(elements.least.value),
      oldest: numberIn(elements.oldest.value),
      hours: Number(elements.hours.value),
      play: elements.play.checked,
      sure: elements.sure.checked,
      total: this.amount(elements.total),
      bank: this.amount(elements.bank),
      kelly: Number(elements.kelly.value),
    };
  }

  /** What the address could not keep is marked, and nothing is staked by it. */
  amount(field) {
    const amount = moneyIn(field.value);
    const wrong = !field.validity.valid || (field.value !== "" && amount === null && Number(field.value) !== 0);
    field.setAttribute("aria-invalid", String(wrong));
    return wrong ? null : amount;
  }

  checked(form, name) {
    return [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
  }

  /** How many filters are set: told where they are folded away. */
  count(filters) {
    const count = countOf(filters);
    setText(document.getElementById("wanted-set"), `${count || "none"} set`);
  }

  get mine() {
    return this.checked(this.books, "mine");
  }

  /** Tick the books that were typed: by short name, name or key. */
  byName() {
    const field = this.books.elements.books;
    const left = namesIn(field.value).filter((name) => {
      const box = [...this.books.querySelectorAll('[type="checkbox"]')].find((each) => namesOf(each).includes(name));
      if (box) box.checked = true;
      return !box;
    });
    field.value = left.join(", ");
    document.getElementById("mine-said").textContent = left.length ? `No board has a book called ${left.join(", ")}` : "";
  }

  /** Take what was typed before the scripts were there: the form went to the server, which ticked but keeps nothing. */
  resume(typed) {
    if (!typed) return;
    this.books.elements.books.value = typed;
    this.byName();
    this.tell();
  }

  /** Tick as chosen elsewhere; a book that the page does not know yet gets a box of its own. */
  show(mine, titles) {
    const boxes = [...this.books.querySelectorAll('[type="checkbox"]')];
    for (const [book, { title, short }] of titles) if (!boxes.some((box) => box.value === book)) this.add(book, title, short);
    for (const box of this.books.querySelectorAll('[type="checkbox"]')) box.checked = mine.includes(box.value);
  }

  add(book, title, short) {
    const label = document.importNode(document.getElementById("mine-pattern").content.firstElementChild, true);
    const box = label.querySelector("input");
    box.value = book;
    label.title = title;
    label.querySelector(".short").textContent = short;
    label.querySelector(".sr").textContent = title;
    document.getElementById("mine-list").append(label);
  }
}

/** On a phone a form is folded to what is chosen, and opened at a press. */
function opens(form) {
  const button = form.querySelector("[aria-expanded]");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(form.classList.toggle("open"))));
}

function namesIn(text) {
  return text.split(/[,;]/).map(bare).filter(Boolean);
}

function namesOf(box) {
  return [box.value, box.parentElement.title, box.parentElement.querySelector(".short").textContent].map(bare);
}

/** As people type it: no capitals, spaces or dots. */
export function bare(text) {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
