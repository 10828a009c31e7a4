/** The sentences of the page, figures and moments in its language. */

const holder = document.getElementById("device-texts");
const texts = JSON.parse(holder.dataset.texts);
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // as the office's pages write days

/** The addresses and data that the server wrote into the page. */
export const page = holder.dataset;

/** Return a sentence with its names filled in. */
export function text(name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
}

/** Return a number as people write it. */
export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

/** Return a moment's time of day, with its day unless that is today. */
export function moment(value) {
  const at = new Date(value);
  if (at.toDateString() !== new Date().toDateString()) return wholeMoment(value);
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);
}

/** Return a moment's day and time of day. */
export function wholeMoment(value) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
}

/** Return a day such as 2026-03-14 in words. */
export function day(value) {
  return value ? new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`)) : text("no_day");
}

/** Return pieces of a line side by side, those that are there; each runs in its own direction. */
export function sideBySide(pieces, between = " · ") {
  return pieces.filter(Boolean).map((words) => `\u2068${words}\u2069`).join(between);
}

/** Return who wrote something and when, as far as it is known: a visit that an older version took along does not say it. */
export function writtenBy({ by, at }) {
  return sideBySide([by, at && moment(at)]);
}

/** Return a clone of what stands in a template. */
export function piece(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
