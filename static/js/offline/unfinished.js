/** Forms beside the questions whose text is kept while it is typed, until it is finished or emptied. */

import { opened } from "./opened.js";
import { Pause } from "./pause.js";
import { showUnsent, tellFailure } from "./saying.js";

export class Unfinished {
  /** `name` tells the form from others of the same visit. */
  constructor(form, name) {
    this.form = form;
    this.name = name;
    this.visitId = null;
    this.pause = new Pause(() => this.keep().catch(tellFailure));
    form.addEventListener("input", () => this.pause.begin());
  }

  /** Show what was begun on a visit; what was begun on another one must have been kept. */
  show(visitId) {
    this.visitId = visitId;
    this.form.reset();
    for (const [name, value] of Object.entries(this.record?.data.values ?? {})) this.form.elements[name].value = value;
  }

  /** Keep what is typed now. */
  flush() {
    return this.pause.end();
  }

  /** The text became a record of its own: empty the form. Raises Full. */
  async finish() {
    this.form.reset();
    await this.keep();
  }

  get record() {
    return opened.visits.workOn(this.visitId, "unfinished", this.name);
  }

  async keep() {
    const isEmpty = [...this.form.querySelectorAll('[dir="auto"]')].every((field) => field.value === "");
    if (!isEmpty) await opened.visits.keep(this.visitId, "unfinished", this.name, { values: Object.fromEntries(new FormData(this.form)) });
    else if (this.record) await opened.visits.drop([this.record]);
    showUnsent();
  }
}
