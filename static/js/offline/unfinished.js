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

  /** Keep what is typed now; resolves when that was tried. */
  flush() {
    if (!this.isKept) this.pause.begin();
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

  async tryToKeep() {
    this.isKept = false;
    await this.keep().catch(tellUnkept);
  }

  async keep() {
    const isEmpty = [...this.form.querySelectorAll(':is(input, textarea)[dir="auto"], [data-begins]')].every((field) => field.value === "");
    if (!isEmpty) await opened.visits.keep(this.visitId, "unfinished", this.name, { values: Object.fromEntries(new FormData(this.form)) });
    else if (this.record) await opened.visits.drop([this.record]);
    this.isKept = true;
    showUnsent();
  }
}
