/** Shows what is saved and what is not, progress, hints, problems and who else is writing; never writes HTML. */

import { showUnsaved } from "../ui.js";

const texts = document.getElementById("form-texts").dataset;
const numbers = new Intl.NumberFormat(document.documentElement.lang);
let savedAt = "";
let isNews = true; // whether a screen reader should read the status out: "Saved" at every word would drown the typing

/** Show the state of the saver after `answer` (null: nothing new from the server). */
export function showSaving(saver, answer) {
  if (answer) showAnswer(answer);
  for (const [question, state] of saver.states) {
    showMark(question, state, saver);
    showProblem(question, state.problems);
  }
  showUnsaved(saver.failure ? saver.atRisk.length : 0);
  showStatus(saver);
}

function showStatus(saver) {
  const status = document.querySelector("[data-status]");
  const isTrouble = Boolean(saver.failure || saver.toSettle.length || saver.toMend.length);
  isNews ||= isTrouble;
  status.setAttribute("aria-live", isNews ? "polite" : "off");
  status.textContent = sentence(saver);
  if (savedAt && !isTrouble && !saver.unsent.length) isNews = false;
}

function sentence(saver) {
  const unsent = saver.unsent.length;
  if (unsent && saver.failure === "locked") return counted(texts.locked, unsent);
  if (unsent && saver.failure === "unreachable") return counted(texts.unreachable, unsent);
  if (unsent && saver.failure) return saver.failure;
  if (unsent) return texts.saving;
  if (saver.toSettle.length) return counted(texts.clash, saver.toSettle.length);
  if (saver.toMend.length) return counted(texts.toMend, saver.toMend.length);
  return savedAt ? texts.saved.replace("{time}", savedAt) : "";
}

function counted(text, count) {
  return text.replace("{count}", numbers.format(count));
}

function showMark(question, state, saver) {
  const kind = markOf(question, state, saver);
  const mark = question.querySelector("[data-mark]");
  const shown = mark.dataset.mark ?? (mark.firstElementChild ? "saved" : "");
  mark.dataset.mark = kind;
  if (shown === kind) return;
  mark.replaceChildren(...(kind ? [document.getElementById(`mark-${kind}`).content.cloneNode(true)] : []));
}

function markOf(question, state, saver) {
  const isDirty = saver.isDirty(question);
  if (state.problems || (isDirty && saver.failure)) return "failed";
  if (state.clash) return "";
  if (isDirty) return "saving";
  return state.mark ?? (state.base > 0 ? "saved" : "");
}

function showProblem(question, problems) {
  const place = question.querySelector("[data-problem]");
  const text = problems ? Object.values(problems).join(" ") : "";
  if (place.lastElementChild.textContent.trim() === text) return;
  place.lastElementChild.textContent = text;
  place.hidden = !text;
  question.classList.toggle("item-has-problem", Boolean(text));
  if (text) question.setAttribute("aria-describedby", place.id);
  else question.removeAttribute("aria-describedby");
}

function showAnswer(answer) {
  savedAt = answer.at;
  showProgress(answer);
  for (const place of document.querySelectorAll("[data-hints]")) showHints(place, answer.hints[place.closest("[data-item]").dataset.item] ?? []);
  for (const [section, text] of Object.entries(answer.writers)) {
    const place = document.querySelector(`[data-writers="${section}"]`);
    if (place) place.textContent = text;
  }
}

function showProgress({ progress, total }) {
  for (const [section, { answered, asked, text }] of Object.entries(progress)) {
    const count = document.querySelector(`[data-progress="${section}"]`);
    if (count) count.textContent = text;
    const done = document.querySelector(`[data-done="${section}"]`);
    if (done) done.hidden = answered < asked;
  }
  for (const place of document.querySelectorAll("[data-progress-all]")) place.textContent = total;
}

function showHints(place, hints) {
  const shown = [...place.querySelectorAll("[data-figure]")].map((element) => element.textContent);
  if (shown.join() === hints.map((hint) => hint.figure).join()) return; // said already: not to be read out again
  place.hidden = hints.length === 0;
  place.replaceChildren(...hints.map(hintElement));
}

function hintElement(hint) {
  const piece = document.getElementById(hint.is_met ? "hint-met" : "hint-not-met").content.cloneNode(true);
  for (const name of ["figure", "bound", "standard", "verdict", "note"]) piece.querySelector(`[data-${name}]`).textContent = hint[name];
  return piece;
}
