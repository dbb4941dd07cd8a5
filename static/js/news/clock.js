// The server's time as this page knows it: ages must be right also where the viewer's clock is wrong.

const TRUSTED = 2_000;

export class Clock {
  /** `serverNow` is the moment (ms) at which the server made the page. */
  constructor(serverNow) {
    const off = serverNow - Date.now();
    // A page is some way old when it is read: a small difference says nothing about the clock.
    this.offset = Math.abs(off) > TRUSTED ? off : 0;
  }

  now() {
    return Date.now() + this.offset;
  }

  /** Nothing that was told can lie in the future. */
  atLeast(moment) {
    if (moment > this.now()) this.offset = moment - Date.now();
  }
}
