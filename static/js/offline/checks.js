/** On a follow-up visit: what was seen of each open recommendation of the place. */

import { opened } from "./opened.js";
import { on, showUnsent } from "./saying.js";
import { day, piece, sideBySide, text, writtenBy } from "./texts.js";
import { Unfinished } from "./unfinished.js";

const place = document.querySelector("[data-open-recommendations]");
const words = new Map([...document.getElementById("check-row").content.querySelectorAll("option")].map(({ value, textContent }) => [value, textContent]));

let shown = []; // what is being typed, one for each recommendation

/** Return a state in words; nothing for none. */
export function judgement(state) {
  return state ? words.get(state) : "";
}

/** Show the open recommendations of a visit's place. What could not be kept of the same visit stays in its fields. */
export function showChecks(id) {
  if (shown.some(({ typed }) => typed.visitId === id && !typed.isKept)) return;
  const { recommendations } = opened.visits.visit(id).pack;
  shown = recommendations.map((one) => row(id, one));
  const none = document.createElement("li");
  none.textContent = text("none");
  place.replaceChildren(...(shown.length ? shown.map(({ line }) => line) : [none]));
}

/** Keep what is being typed; resolves when that was tried. */
export async function keepChecks() {
  await Promise.all(shown.map(({ typed }) => typed.flush()));
}

function row(visitId, one) {
  const line = piece("check-row");
  line.querySelector("[data-reference]").textContent = one.reference;
  line.querySelector("[data-text]").textContent = one.text;
  line.querySelector("[data-facts]").textContent = sideBySide([one.addressee, one.due_on && text("due", { day: day(one.due_on) })]);
  const form = line.querySelector("form");
  const typed = new Unfinished(form, `check ${one.id}`);
  form.hidden = !opened.visits.visit(visitId).pack.may.check; // a visit that an older version took along has none
  typed.show(visitId);
  showKept(typed, one.id);
  on(form, "submit", () => keep(typed, one.id));
  return { line, typed };
}

/** Show what was kept of a recommendation, here or at the office; both where somebody checked it there meanwhile. */
function showKept({ form, visitId, record }, key) {
  const own = opened.visits.workOn(visitId, "check", key)?.data;
  const there = opened.visits.visit(visitId).pack.checks?.[key];
  form.dataset.base = there?.base ?? "";
  const known = own ?? there;
  if (known && !record) for (const name of ["state", "note"]) form.elements[name].value = known[name];
  form.querySelector("[data-kept]").textContent = known ? text(own ? "checked_here" : "checked_there", { state: judgement(known.state) }) : "";
  form.querySelector("[data-there]").hidden = !own || own.base === form.dataset.base;
  form.querySelector("[data-there-by]").textContent = there ? writtenBy(there) : "";
  form.querySelector("[data-there-state]").textContent = judgement(there?.state);
  form.querySelector("[data-there-note]").textContent = there?.note ?? "";
}

async function keep(typed, key) {
  const { values } = typed;
  await opened.visits.keep(typed.visitId, "check", key, { state: values.state, note: values.note, base: typed.form.dataset.base }, typed.name);
  await typed.finished(values);
  showKept(typed, key);
  showUnsent();
}
