/** Does something soon after it was first asked for, and once for all that is asked meanwhile. */

const SOON = 400; // milliseconds: a lost battery takes the last word at most

export class Pause {
  /** `deed` is asked when the pause is over; it may return a promise. */
  constructor(deed) {
    this.deed = deed;
    this.timer = null;
  }

  /** Do it soon. */
  begin() {
    this.timer ??= setTimeout(() => this.end(), SOON);
  }

  /** Do it now if it waits; resolves when it is done. */
  async end() {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    await this.deed();
  }
}
