/** The findings beside the questions of a page of the form: kept while they are typed, both texts where two wrote. */

import { Pause } from "./pause.js";
import { tellFailure, tellUnkept } from "./saying.js";
import { piece, writtenBy } from "./texts.js";

const NOTHING = { found: "", why: "", base: 0 };

export class Findings {
  /** `form` is the page whose visit they belong to (FormPage), `place` where its topics stand. */
  constructor(form, place) {
    this.form = form;
    this.place = place;
    this.pause = new Pause(() => this.keepAll());
    place.addEventListener("input", (event) => event.target.closest("[data-finding]") && this.pause.afterInput(event));
    place.addEventListener("click", (event) => {
      const settled = event.target.closest("[data-settle-finding]");
      if (settled) this.settle(settled.closest("[data-finding]")).catch(tellFailure);
    });
  }

  /** Return the part of a topic. */
  part(topic) {
    const part = piece("finding-part");
    part.dataset.finding = topic;
    this.show(part);
    const [found, why] = fieldsOf(part);
    part.open = Boolean(found.value || why.value);
    return part;
  }

  /** The office answered while the page was open: show it where nobody is typing. */
  refresh() {
    for (const part of this.parts) if (isAsKnown(part)) this.show(part);
  }

  /** Keep what is typed now; resolves when that was tried. */
  flush() {
    this.pause.begin();
    return this.pause.end();
  }

  /** Whether everything typed is kept. */
  areKept() {
    return this.parts.every(isAsKnown);
  }

  get parts() {
    return [...this.place.querySelectorAll("[data-finding]")];
  }

  /** Show what lies here, else what stands at the office; both where somebody wrote there meanwhile. */
  show(part) {
    const topic = part.dataset.finding;
    const { visits, visitId, visit } = this.form;
    const own = visits.workOn(visitId, "finding", topic)?.data;
    const there = visit.pack.findings[topic] ?? NOTHING;
    const present = own ?? there;
    part.dataset.base = present.base; // of an own text it stays what its writer saw, until both were brought together
    for (const field of fieldsOf(part)) {
      field.value = present[field.dataset.field];
      field.dataset.known = field.value;
    }
    this.showThere(part);
  }

  /** Show what stands at the office, where it is not what the text in the fields is based on. */
  showThere(part) {
    const there = this.form.visit.pack.findings[part.dataset.finding] ?? NOTHING;
    part.querySelector("[data-there]").hidden = Number(part.dataset.base) === there.base;
    part.querySelector("[data-there-by]").textContent = writtenBy(there);
    for (const line of part.querySelectorAll("[data-there-field]")) line.textContent = there[line.dataset.thereField];
  }

  async keepAll() {
    for (const part of this.parts) if (!isAsKnown(part)) await this.keep(part).catch(tellUnkept);
  }

  async keep(part) {
    const values = fieldsOf(part).map((field) => field.value);
    const [found, why] = values;
    const { visits, visitId } = this.form;
    part.dataset.base = await visits.keep(visitId, "finding", part.dataset.finding, { found, why, base: Number(part.dataset.base) });
    for (const [index, field] of fieldsOf(part).entries()) field.dataset.known = values[index];
    this.showThere(part); // the office may have answered while it was being typed
    this.form.tell();
  }

  /** Take what is in the fields in place of what stands at the office, which is shown above them. */
  async settle(part) {
    part.dataset.base = this.form.visit.pack.findings[part.dataset.finding].base;
    await this.keep(part);
  }
}

function fieldsOf(part) {
  return [...part.querySelectorAll("[data-field]")];
}

function isAsKnown(part) {
  return fieldsOf(part).every((field) => field.value === field.dataset.known);
}
