/** Sentences above the page, and the views of which one is shown at a time. */

import { NotNow, Withdrawn } from "./handing_in.js";
import { opened } from "./opened.js";
import { Full, noteUnsent } from "./store.js";
import { number, text, wholeMoment } from "./texts.js";

const WRONG_CLOCK = 600_000; // milliseconds: who is ten minutes off is told

/** The views by their names. */
export const views = new Map([...document.querySelectorAll("[data-view]")].map((view) => [view.dataset.view, view]));

/** Show one view. */
export function show(name) {
  for (const [each, view] of views) view.hidden = each !== name;
  document.querySelector("[data-lock]").hidden = !opened.visits;
  const first = views.get(name).querySelector("input:not([type=file])");
  if (name !== "form") document.title = views.get(name).querySelector("h1").textContent;
  if (["unlock", "set-up"].includes(name)) first.focus();
}

/** Say that something was done; an empty sentence takes the last one away. */
export function sayDone(sentence) {
  say(document.querySelector("[data-told]"), sentence);
}

/** Say what is wrong; an empty sentence takes the last one away. */
export function sayWrong(sentence) {
  say(document.querySelector("[data-trouble]"), sentence);
}

function say(place, sentence) {
  place.lastElementChild.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.scrollIntoView({ block: "nearest" });
}

/** Say why a deed failed. Throws what nobody foresaw. */
export function tellFailure(error) {
  if (error instanceof NotNow) sayWrong(error.message_of_server || text(error.why === "refused" ? "failed" : error.why));
  else if (error instanceof Full) sayWrong(text("full"));
  else if (error instanceof Withdrawn) opened.withdrawn();
  else throw error;
}

/** Say that something typed could not be kept. */
export function tellUnkept(error) {
  sayWrong(text(error instanceof Full ? "full" : "not_kept"));
}

/** Do something when a form is sent or a button is pressed, once until it is done, and say why it failed. */
export function on(element, kind, deed) {
  let isBusy = false;
  element.addEventListener(kind, async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    try {
      await deed(element);
    } catch (error) {
      tellFailure(error);
    } finally {
      isBusy = false;
    }
  });
}

/** Say that the clock of this device is wrong where it is; `at` is the office's, in milliseconds, NaN for one not heard. */
export function showClock(at) {
  const here = Date.now();
  if (Number.isNaN(at)) return;
  const place = document.querySelector("[data-clock]");
  place.lastElementChild.textContent = text("clock", { here: wholeMoment(here), there: wholeMoment(at) });
  place.hidden = Math.abs(here - at) < WRONG_CLOCK;
}

/** Say how much of this device is not at the office, here and on the office's pages. */
export function showUnsent() {
  const { visits } = opened;
  const count = visits.all.reduce((sum, { visit }) => sum + visits.unsent(visit).length + visits.unfinished(visit).length, 0);
  const place = document.querySelector("[data-unsent]");
  place.lastElementChild.textContent = text("unsent", { count: number(count) });
  place.hidden = count === 0;
  noteUnsent(count).catch(() => {}); // the strip on the pages of the office lags behind; here it stands
  document.querySelector("[data-training]").hidden = !visits.all.some(({ pack }) => pack.visit.is_training);
}
