// What this browser keeps for these pages, as texts. Where it keeps nothing for pages (cookies blocked, no room), it
// lasts as long as the page.

class Keeper {
  constructor(name) {
    this.name = name;
    this.own = new Map();
  }

  /** Whether the next page finds it. */
  get lasts() {
    try {
      return Boolean(window[this.name]);
    } catch {
      return false;
    }
  }

  get(key) {
    return this.own.get(key) ?? (this.lasts ? window[this.name].getItem(key) : null);
  }

  set(key, text) {
    try {
      window[this.name].setItem(key, text);
    } catch {
      this.own.set(key, text);
    }
  }

  remove(key) {
    this.own.delete(key);
    if (this.lasts) window[this.name].removeItem(key);
  }
}

export const local = new Keeper("localStorage");
export const session = new Keeper("sessionStorage");
