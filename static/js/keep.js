/**
 * Forms marked data-keep are sent by this script: when the server refuses, is busy or cannot be reached, the page and
 * everything typed on it stay, with the reason beside the button. An answer that is a page of its own, such as the form
 * with its errors, is then fetched by the browser itself; the server keeps nothing of the first sending in that case.
 * Before the page is left by another way with a text in one that was not sent, the browser asks.
 */

import { Unreachable, send } from "./requests.js";

/** Forms with a text that was typed and is not sent. */
const unsent = new Set();

/** Begin to keep the forms of this page. */
export function startKeeping() {
  document.addEventListener("submit", keep);
  document.addEventListener("input", (event) => event.target.matches("form[data-keep] textarea") && unsent.add(event.target.form));
  for (const error of document.querySelectorAll("form[data-keep] .field-error")) unsent.add(error.closest("form"));
  window.addEventListener("beforeunload", (event) => unsent.size > 0 && event.preventDefault());
}

async function keep(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-keep]")) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  forgetProblem(form);
  const action = destination(form, event.submitter);
  try {
    const answer = await send(action, {
      method: "POST",
      form: new FormData(form, event.submitter),
      headers: { "X-Kept-Form": "1" },
    });
    if (answer.status === 401 || answer.status === 423) return; // the page is covered; the button works again after that
    const { location, message } = answer.data ?? {};
    if (!location && message && !answer.ok) {
      showProblem(form, message);
      return;
    }
    unsent.delete(form);
    if (location) goTo(new URL(location, document.baseURI));
    else sendByBrowser(form, event.submitter, action);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    showProblem(form, null);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** A button without formaction still has the property: it then names this page, not the form's address. */
function destination(form, submitter) {
  const wish = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  return new URL(wish || window.location.href, document.baseURI).href;
}

function goTo(address) {
  const isHere = address.pathname + address.search === window.location.pathname + window.location.search;
  window.location.assign(address);
  if (isHere && address.hash) window.location.reload(); // a change of the fragment alone would only scroll
}

function sendByBrowser(form, submitter, action) {
  if (submitter?.name) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = submitter.name;
    pressed.value = submitter.value;
    form.append(pressed);
  }
  form.setAttribute("action", action);
  form.setAttribute("method", "post");
  HTMLFormElement.prototype.submit.call(form);
}

function showProblem(form, message) {
  const problem = document.getElementById("kept-problem").content.firstElementChild.cloneNode(true);
  if (message) problem.querySelector("[data-message]").textContent = message;
  form.append(problem);
  problem.scrollIntoView({ block: "nearest" });
}

function forgetProblem(form) {
  form.querySelector("[data-kept-problem]")?.remove();
}
