// Which games are shown and in which order: the form above the board.

const NAMES = ["when", "find", "sort"];

export class Filters {
  constructor(screen) {
    this.form = document.getElementById("filters");
    if (!this.form) return;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", ({ target }) => screen.choose({ [target.name]: target.value }));
    this.form.elements.find.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      screen.choose({ find: "" });
      event.target.blur();
    });
  }

  update(view) {
    if (!this.form) return;
    for (const name of NAMES) {
      const field = this.form.elements[name];
      if (field.value !== view[name]) field.value = view[name];
      field.classList.toggle("chosen", view[name] !== "" && view[name] !== field.options?.[0].value);
    }
  }
}
