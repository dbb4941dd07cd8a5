// The switches above the board. They are links, which work without scripts and say which view it is.

export class Switch {
  /** Links in `node` choose by data-<name>; `chosen(value)` hears of a choice. */
  constructor(node, name, chosen) {
    this.node = node;
    this.name = name;
    node?.addEventListener("click", (click) => {
      const link = click.target.closest("a");
      if (!link || click.metaKey || click.ctrlKey || click.shiftKey) return;
      click.preventDefault();
      chosen(link.dataset[name]);
    });
  }

  /** Mark what is shown; `choices` ([value, label]) makes links for what is new. */
  update(value, choices = []) {
    if (!this.node) return;
    for (const [choice, label] of choices) if (!this.link(choice)) this.add(choice, label);
    for (const link of this.links()) {
      if (link.dataset[this.name] === value) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  links() {
    return [...this.node.querySelectorAll("a")];
  }

  link(choice) {
    return this.links().find((link) => link.dataset[this.name] === choice);
  }

  add(choice, label) {
    const link = document.createElement("a");
    link.dataset[this.name] = choice;
    link.href = `?${new URLSearchParams({ [this.name]: choice })}`;
    link.textContent = label;
    this.node.append(" ", link);
  }
}
