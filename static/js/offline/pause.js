/** Does something soon after it was first asked for, and once for all that is asked meanwhile. */

import { endsWord } from "../form/typing.js";

const SOON = 300; // milliseconds

export class Pause {
  /** `deed` is asked when the pause is over; it returns a promise and says itself why it failed. */
  constructor(deed) {
    this.deed = deed;
    this.timer = null;
    this.done = Promise.resolve();
  }

  /** Do it soon. */
  begin() {
    this.timer ??= setTimeout(() => this.end(), SOON);
  }

  /** Do it soon, or at once where a word is whole: a lost battery takes the word being typed. */
  afterInput(event) {
    this.begin();
    if (endsWord(event)) this.end();
  }

  /** Do it now if it waits; resolves when it is done, also where it had begun before. */
  end() {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
      this.done = this.done.then(() => this.deed());
    }
    return this.done;
  }
}
