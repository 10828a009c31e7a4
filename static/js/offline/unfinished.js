/** Forms beside the questions whose text is kept while it is typed, until it is finished or emptied. */

import { opened } from "./opened.js";
import { Pause } from "./pause.js";
import { showUnsent, tellUnkept } from "./saying.js";

export class Unfinished {
  /** `name` tells the form from others of the same visit. */
  constructor(form, name) {
    this.form = form;
    this.name = name;
    this.visitId = null;
    this.isKept = true;
    this.making = Promise.resolve(); // the record that is being made of what stood here
    this.pause = new Pause(() => this.tryToKeep());
    form.addEventListener("input", (event) => this.pause.afterInput(event));
  }

  /** Show what was begun on a visit; what could not be kept of the same visit stays in the form. */
  show(visitId) {
    if (visitId === this.visitId && !this.isKept) return this.pause.begin();
    this.visitId = visitId;
    this.isKept = true;
    this.form.reset();
    for (const [name, value] of Object.entries(this.record?.data.values ?? {})) this.form.elements[name].value = value;
    return undefined;
  }

  /** Keep what is typed now; resolves when that was tried, and what is being made of it is made. */
  async flush() {
    if (!this.isKept) this.pause.begin();
    await this.pause.end();
    await this.making;
  }

  /** What the fields hold, by their names. */
  get values() {
    return Object.fromEntries(new FormData(this.form));
  }

  /**
   * Make a record of its own of the text. The form is empty at once, for what comes next; `make(values)` writes the
   * record. Where it fails, the text is back in the form, before what was typed meanwhile.
   */
  async finish(make) {
    const { values, visitId } = this;
    this.form.reset();
    const made = make(values);
    this.making = made.catch(() => {});
    try {
      await made;
    } catch (error) {
      await this.putBack(visitId, values).catch(() => {}); // why it failed is told
      throw error;
    }
    await this.keep();
  }

  /** Note that what stood in the fields is a record of its own now; what was typed on since is kept as begun. */
  async finished(values) {
    if (JSON.stringify(values) === JSON.stringify(this.values)) this.isKept = true;
    else await this.keep();
  }

  async putBack(visitId, values) {
    if (visitId !== this.visitId) return opened.visits.keep(visitId, "unfinished", this.name, { values }); // gone on to another visit
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      const typedOn = field.matches?.('[dir="auto"]') ? field.value : "";
      field.value = [value, typedOn].filter(Boolean).join(" ");
    }
    return this.keep();
  }

  get record() {
    return opened.visits.workOn(this.visitId, "unfinished", this.name);
  }

  async tryToKeep() {
    this.isKept = false;
    await this.keep().catch(tellUnkept);
  }

  async keep() {
    await this.making; // what was begun leaves the disk with it, not before
    const isEmpty = [...this.form.querySelectorAll(':is(input, textarea)[dir="auto"], [data-begins]')].every((field) => field.value === "");
    if (!isEmpty) await opened.visits.keep(this.visitId, "unfinished", this.name, { values: this.values });
    else if (this.record) await opened.visits.drop([this.record]);
    this.isKept = true;
    showUnsent();
  }
}
