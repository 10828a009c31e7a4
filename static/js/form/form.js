/** The form of a visit: saves by itself, shows what is saved, and is quick by keyboard. Nothing imports this file. */

import { changedControls, codeOption, isAnswered, settleControls } from "./content.js";
import { showClashes, startClashes } from "./clash.js";
import { focusQuestion, startKeys, toNext } from "./keys.js";
import { Saver } from "./saving.js";
import { showSaving } from "./showing.js";

const form = document.getElementById("answers");
const questions = [...form.querySelectorAll("[data-item]:not(:disabled)")];
const saver = new Saver(form.dataset.saveUrl, questions, tell);
const nextUnanswered = form.querySelector("[data-next-unanswered]");
let wasHeldBack = false;
let isPassing = false; // everything is saved: what is sent now goes its own way

function tell(current, answer) {
  showClashes(current);
  showSaving(current, answer);
  if (!current.atRisk.length) wasHeldBack = false;
}

function changed(question, isTyping = false) {
  saver.touch(question, isTyping);
}

function onInput(event) {
  const question = event.target.closest("[data-item]");
  if (!question || question.disabled || !event.target.name) return;
  settleControls(question, event.target);
  changed(question, event.target.matches('textarea, input[type="text"]'));
}

/** Save what was typed before this script was there, after it is brought in agreement with the rest of its question. */
function saveEarlyTyping() {
  for (const question of saver.unsent) {
    const given = changedControls(question).filter((control) => (control.type === "radio" ? control.checked && control.value : true));
    for (const control of given) settleControls(question, control);
    changed(question, true);
  }
}

/** Buttons of the page: everything is saved by the script, then the way is gone that the button leads. */
function onSubmit(event) {
  if (isPassing) return;
  event.preventDefault();
  const { name, value, dataset } = event.submitter ?? {};
  if (name === "rest") restNotExamined(event.submitter.closest(".form-topic"));
  else if (value === "entered") sendAfterSaving(form, event.submitter);
  else leave(value === "stay" ? null : dataset?.url);
}

/** Other forms of the page that lead away from it: what is typed above is saved first. */
function onOtherForm(event) {
  if (isPassing || event.target === form || !event.target.closest("[data-after-saving]")) return;
  if (!saver.atRisk.length && !leftBehind(event.target)) return;
  event.preventDefault();
  sendAfterSaving(event.target, event.submitter);
}

/** Send a form by itself once everything is saved; the page of paper itself, so that it is noted as entered. */
async function sendAfterSaving(target, button) {
  if (!(await isSafe()) || holdsBack(leftBehind(target))) return;
  setTimeout(() => { // a form that is still firing its submit event cannot be sent
    isPassing = true;
    target.requestSubmit(button);
    isPassing = false;
  });
}

/** What was chosen or noted about a recommendation of the page of paper, and would be lost by sending another form. */
function leftBehind(target) {
  const own = document.querySelectorAll(".entry-checks select, .entry-checks textarea");
  return [...own].find((control) => control.form !== target && (control.selectedIndex > 0 || (control.defaultValue ?? control.value) !== control.value));
}

/** Lead to a control that is not recorded yet, and name the button that does it. */
function holdsBack(control) {
  if (!control) return false;
  document.querySelector("[data-status]").textContent = control.form.querySelector("[type=submit]").textContent;
  control.focus();
  return true;
}

function restNotExamined(topic) {
  for (const question of topic.querySelectorAll("[data-item]:not(:disabled)")) {
    const option = codeOption(question, "not_examined");
    if (!option || isAnswered(question)) continue;
    option.checked = true;
    settleControls(question, option);
    saver.mark(question, { only_if_unanswered: true });
    changed(question);
  }
  saver.flush();
}

/** Go to `url` (null: stay) once everything is saved. */
async function leave(url) {
  if ((await isSafe()) && url) window.location.assign(url);
}

/** Save everything; what cannot be saved is shown first, a second try leaves it to the browser to ask. */
async function isSafe() {
  await saver.flush();
  const held = saver.atRisk[0];
  if (!held || wasHeldBack) return true;
  wasHeldBack = true;
  focusQuestion(held);
  return false;
}

const go = {
  nextPage() {
    if (!nextUnanswered?.dataset.nextUnanswered) return false;
    leave(nextUnanswered.href);
    return true;
  },
  nothingLeft() {
    document.querySelector("[data-status]").textContent = document.getElementById("form-texts").dataset.allAnswered;
  },
};

function onLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link === nextUnanswered) {
    event.preventDefault();
    toNext(form, go);
  } else if (!link.target && link.pathname + link.search !== window.location.pathname + window.location.search && saver.atRisk.length) {
    event.preventDefault();
    leave(link.href);
  }
}

function growTexts() {
  if (CSS.supports("field-sizing", "content")) return;
  const grow = (field) => (field.rows = Math.max(2, field.value.split("\n").length, Math.ceil(field.value.length / 80)));
  form.querySelectorAll("textarea").forEach(grow);
  form.addEventListener("input", (event) => event.target.matches("textarea") && grow(event.target));
}

if (nextUnanswered) nextUnanswered.hidden = false;
form.addEventListener("input", onInput);
form.addEventListener("submit", onSubmit);
document.addEventListener("click", onLink);
document.addEventListener("submit", onOtherForm);
window.addEventListener("beforeunload", (event) => {
  if (saver.atRisk.length) event.preventDefault();
});
startClashes(saver);
startKeys(form, go, changed);
growTexts();
saveEarlyTyping();
if (window.location.hash.startsWith("#item-")) {
  const asked = document.getElementById(window.location.hash.slice(1));
  if (asked && questions.includes(asked)) whenShown(() => focusQuestion(asked));
} else if ("fromPaper" in form.dataset && questions.length) whenShown(() => focusQuestion(questions[0]));

/** The browser's own way to the place in the address takes the focus away: it has to be over first. */
function whenShown(deed) {
  const soon = () => requestAnimationFrame(() => setTimeout(deed));
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
}
