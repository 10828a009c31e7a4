/** The form of a visit on the office's pages. Nothing imports this file. */

import { toServer } from "./delivery.js";
import { Desk } from "./desk.js";
import { focusQuestion, toNext } from "./keys.js";

const form = document.getElementById("answers");
const nextUnanswered = form.querySelector("[data-next-unanswered]");
const go = {
  nextPage() {
    if (!nextUnanswered.dataset.nextUnanswered) return false;
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
  event.preventDefault();
  const { name, value, dataset } = event.submitter ?? {};
  if (name === "rest") desk.restNotExamined(event.submitter.closest(".form-topic"));
  else leave(value === "stay" ? null : dataset?.url);
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

nextUnanswered.hidden = false;
form.addEventListener("submit", onSubmit);
document.addEventListener("click", onLink);
desk.open();
desk.saveEarlyTyping();
if (window.location.hash.startsWith("#item-")) {
  const asked = document.getElementById(window.location.hash.slice(1));
  if (asked && desk.questions.includes(asked)) whenShown(() => focusQuestion(asked));
}

/** The browser's own way to the place in the address takes the focus away: it has to be over first. */
function whenShown(deed) {
  const soon = () => requestAnimationFrame(() => setTimeout(deed));
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
}
