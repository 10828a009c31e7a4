/** The form of a visit on the office's pages. Nothing imports this file. */

import { toServer } from "./delivery.js";
import { Desk } from "./desk.js";
import { focusQuestion, toNext } from "./keys.js";

const form = document.getElementById("answers");
const nextUnanswered = form.querySelector("[data-next-unanswered]");
let isPassing = false; // everything is saved: what is sent now goes its own way
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
const desk = new Desk(form, toServer(form.dataset.saveUrl), go);

/** Buttons of the page: everything is saved by the script, then the way is gone that the button leads. */
function onSubmit(event) {
  if (isPassing) return;
  event.preventDefault();
  const { name, value, dataset } = event.submitter ?? {};
  if (name === "rest") desk.restNotExamined(event.submitter.closest(".form-topic"));
  else if (value === "entered") sendAfterSaving(form, event.submitter);
  else leave(value === "stay" ? null : dataset?.url);
}

/** Other forms of the page that lead away from it: what is typed above is saved first. */
function onOtherForm(event) {
  if (isPassing || event.target === form || !event.target.closest("[data-after-saving]")) return;
  if (!desk.saver.atRisk.length && !leftBehind(event.target)) return;
  event.preventDefault();
  sendAfterSaving(event.target, event.submitter);
}

/** Send a form by itself once everything is saved; the page of paper itself, so that it is noted as entered. */
async function sendAfterSaving(target, button) {
  if (!(await desk.isFree()) || holdsBack(leftBehind(target))) return;
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

/** Go to `url` (null: stay) once everything is saved; when it is not, a second try asks the browser. */
async function leave(url) {
  if ((await desk.isFree()) && url) window.location.assign(url);
}

function onLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link === nextUnanswered) {
    event.preventDefault();
    toNext(form, go);
  } else if (!link.target && link.pathname + link.search !== window.location.pathname + window.location.search && desk.saver.atRisk.length) {
    event.preventDefault();
    leave(link.href);
  }
}

if (nextUnanswered) nextUnanswered.hidden = false;
form.addEventListener("submit", onSubmit);
document.addEventListener("click", onLink);
document.addEventListener("submit", onOtherForm);
desk.open();
desk.saveEarlyTyping();
if (window.location.hash.startsWith("#item-")) {
  const asked = document.getElementById(window.location.hash.slice(1));
  if (asked && desk.questions.includes(asked)) whenShown(() => focusQuestion(asked));
} else if ("fromPaper" in form.dataset && desk.questions.length) whenShown(() => focusQuestion(desk.questions[0]));

/** The browser's own way to the place in the address takes the focus away: it has to be over first. */
function whenShown(deed) {
  const soon = () => requestAnimationFrame(() => setTimeout(deed));
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
}
