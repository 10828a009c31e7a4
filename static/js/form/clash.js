/** Two texts for one question: the other one is shown above the fields, and a person settles. */

import { contentOf, putContent } from "./content.js";

/** Begin to serve the buttons of clashes; `presentSaver()` gives the saver of the page that is shown. */
export function startClashes(presentSaver) {
  document.addEventListener("click", (event) => {
    const saver = presentSaver();
    const question = event.target.closest("[data-item]");
    if (!question || !saver?.states.has(question)) return;
    const take = event.target.closest("[data-take]");
    if (!take && !event.target.closest("[data-settle]")) return;
    event.preventDefault(); // on a page that the server made, the button would send the form
    const written = take?.closest("[data-content]")?.dataset.content;
    if (take) settle(saver, question, written ? JSON.parse(written) : saver.states.get(question).clash);
    else settle(saver, question, contentOf(question));
  });
}

/** Bring the questions of the page in line with what the saver knows: new clashes, settled ones, texts of others. */
export function showClashes(saver) {
  for (const [question, state] of saver.states) {
    if (state.overtakenBy) takeOver(saver, question, state);
    const shown = question.querySelector("[data-clash]");
    if (state.clash && shown?.dataset.clash !== String(state.clash.revision)) {
      shown?.remove();
      question.querySelector("[data-problem]").after(panel(question, state.clash));
    } else if (state.isSettled) shown?.remove();
    state.isSettled = false;
  }
}

/** Nothing was typed here, but somebody else wrote meanwhile: show theirs, unless typing has begun since. */
function takeOver(saver, question, state) {
  const present = state.overtakenBy;
  state.overtakenBy = null;
  if (saver.isDirty(question)) {
    state.clash = present;
    return;
  }
  putContent(question, present);
  saver.keep(question, present.revision);
}

function settle(saver, question, content) {
  putContent(question, content);
  saver.mark(question, { settles: true });
  saver.touch(question, "choice");
  saver.flush();
}

function panel(question, present) {
  const piece = document.getElementById("clash").content.firstElementChild.cloneNode(true);
  piece.dataset.clash = String(present.revision);
  piece.querySelector("[data-by]").textContent = present.by;
  piece.querySelector("[data-answer]").replaceChildren(...answerWords(question, present).map(line));
  piece.querySelector("[data-comment]").textContent = present.comment;
  piece.querySelector("[data-sources]").textContent = sourceWords(question, present);
  return piece;
}

function line(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

/** Return the other answer in the words that stand beside the fields of this question. */
export function answerWords(question, { fields, urgent }) {
  const found = [];
  for (const [name, texts] of Object.entries(fields)) {
    for (const text of texts) {
      const control = question.querySelector(`[name="${question.dataset.item}.${name}"][value="${CSS.escape(text)}"]`);
      const label = control?.closest("label")?.textContent.trim();
      found.push(label ?? [cellWords(question, name), text].filter(Boolean).join(": "));
    }
  }
  if (urgent) found.push(question.querySelector(".chip-urgent").textContent.trim());
  return found;
}

function cellWords(question, name) {
  const cell = question.querySelector(`[name="${question.dataset.item}.${name}"]`);
  if (name === "value" || !cell) return "";
  const ids = cell.getAttribute("aria-labelledby").split(" ");
  return ids.map((id) => question.querySelector(`#${CSS.escape(id)}`).textContent.trim()).join(", ");
}

function sourceWords(question, { sources }) {
  const boxes = [...question.querySelectorAll(`[name="${question.dataset.item}.sources"]`)];
  return boxes.filter((box) => sources.includes(box.value)).map((box) => box.closest("label").textContent.trim()).join("; ");
}
