/** The keys of the form: next unanswered, answers by number, comment, help. They never fire inside a text field. */

import { clearAnswer, codeOption, isAnswered, optionsOf } from "./content.js";

const SWITCH = "monitor-form-keys";

/** Begin to listen. `go.nextPage()` leads to the next unanswered question of another page. */
export function startKeys(form, go, changed) {
  const dialog = document.getElementById("form-keys");
  const isOn = document.getElementById("keys-on");
  isOn.checked = localStorage.getItem(SWITCH) !== "off";
  form.classList.toggle("has-keys", isOn.checked);
  isOn.addEventListener("change", () => {
    localStorage.setItem(SWITCH, isOn.checked ? "on" : "off");
    form.classList.toggle("has-keys", isOn.checked);
  });
  for (const opener of document.querySelectorAll("[data-open-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) act(event, () => (isPaper(form) ? onward(form, event.target) : toNext(form, go)));
    else if (event.key === "Escape" && isTextField(event.target)) leaveField(event.target);
    else if (event.key === "Enter" && event.target.matches(".form-item input")) act(event, () => toNextCell(form, event.target));
    else if (isOn.checked && !isTextField(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) press(event, { form, go, changed, dialog });
  });
}

/** Lead to the next question without an answer after the one in focus, on this page or on another. */
export function toNext(form, go) {
  const open = questionsOf(form);
  const here = questionAt(document.activeElement);
  const later = here ? open.slice(open.indexOf(here) + 1) : open;
  const next = later.find((question) => !isAnswered(question));
  if (next) focusQuestion(next);
  else if (!go.nextPage()) {
    const left = open.find((question) => !isAnswered(question));
    if (left) focusQuestion(left);
    else go.nothingLeft();
  }
}

/** Put the focus on the question's first control, or on the chosen one. */
export function focusQuestion(question) {
  const control = question.querySelector(".options input:checked, .answer-text, .count-table input, .options input");
  question.scrollIntoView({ block: "start" });
  control.focus({ preventScroll: true });
}

function press(event, { form, go, changed, dialog }) {
  const question = questionAt(event.target);
  const general = {
    n: () => toNext(form, go),
    "?": () => dialog.showModal(),
    j: () => step(form, question, 1),
    k: () => step(form, question, -1),
    ...(isPaper(form) && { e: () => form.querySelector("[data-entered]").click(), g: () => document.getElementById("code").focus() }),
  };
  if (general[event.key]) return act(event, general[event.key]);
  if (!question || question.disabled) return undefined;
  const own = {
    x: () => pick(codeOption(question, "not_examined")),
    a: () => pick(codeOption(question, "not_applicable")),
    c: () => question.querySelector(".item-comment textarea").focus(),
    s: () => question.querySelector(".item-sources input").focus(),
    u: () => pick(question.querySelector(".chip-urgent input")),
    h: () => question.querySelector(".item-help summary")?.click(),
    Backspace: () => takeBack(question, changed),
  };
  if (own[event.key]) return act(event, own[event.key]);
  const digit = Number.parseInt(event.key, 10);
  if (digit >= 1) return act(event, () => pick(choicesAt(question, event.target)[digit - 1]));
  return undefined;
}

function act(event, deed) {
  event.preventDefault();
  deed();
}

/** What the digits choose: the sources where the focus is on one, else the options. */
function choicesAt(question, element) {
  const sources = element.closest(".item-sources");
  return sources ? [...sources.querySelectorAll("input")] : optionsOf(question);
}

/** Choose by a real click, so that everything that follows a click follows. */
function pick(input) {
  input?.focus();
  input?.click();
}

function takeBack(question, changed) {
  clearAnswer(question);
  changed(question);
}

function step(form, question, by) {
  const all = questionsOf(form);
  const next = all[question ? all.indexOf(question) + by : 0];
  if (next) focusQuestion(next);
}

function questionsOf(form) {
  return [...form.querySelectorAll("[data-item]:not(:disabled)")];
}

function questionAt(element) {
  return element?.closest?.("[data-item]") ?? null;
}

function isTextField(element) {
  return element.matches?.('textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"])') ?? false;
}

function leaveField(field) {
  const question = questionAt(field);
  if (!question) return;
  question.tabIndex = -1; // not before: a link to the question would put the focus on it instead of on its field
  question.focus();
}

/** Enter in a cell leads down its column, then to the comment or, from paper, to the next question; it never sends the page. */
function toNextCell(form, cell) {
  const row = cell.closest(".count-table tr");
  const below = row?.nextElementSibling?.cells[cell.closest("td").cellIndex]?.querySelector("input");
  if (below) below.focus();
  else if (isPaper(form)) onward(form, cell);
  else questionAt(cell).querySelector(".item-comment textarea").focus();
}

/** Whether a page of paper is entered: question by question in its order, answered or not. */
function isPaper(form) {
  return "fromPaper" in form.dataset;
}

/** Lead to the next question of the paper; behind the last one to the button that ends the page. */
function onward(form, element) {
  const all = questionsOf(form);
  const next = all[all.indexOf(questionAt(element)) + 1];
  if (next) focusQuestion(next);
  else form.querySelector("[data-entered]").focus();
}
