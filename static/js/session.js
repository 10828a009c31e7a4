/**
 * The lock: warns before it, covers the page at it, and lets the password be given in place, so that typed text stays.
 * Typing counts as use and is told to the server once a minute at most; asking for the state does not.
 */

import { ENDED, LOCKED, Unreachable, isStillOurs, renewToken, send, sessionState } from "./requests.js";

const WARN_BEFORE = 120_000; // milliseconds
const TELL_USE_EVERY = 60_000;

const cover = document.getElementById("lock-cover");
const strip = document.getElementById("lock-strip");
const tabs = new BroadcastChannel("monitor-session");
const title = document.title;
let locksAt = 0;
let usedAt = Date.now();
let timer = 0;
let isChecking = false;

/** Begin to watch the clock. */
export function startSession() {
  schedule(Number(cover.dataset.locksIn));
  document.addEventListener("input", noteTyping);
  document.addEventListener(LOCKED, () => coverPage("locked"));
  document.addEventListener(ENDED, () => coverPage("ended"));
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", look);
  tabs.addEventListener("message", hearOtherTab);
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => isCovered() && cover.showModal());
  cover.querySelector("[data-unlock-form]").addEventListener("submit", unlock);
  strip.querySelector("[data-keep-open]").addEventListener("click", tellUse);
  document.querySelector("[data-lock-form]").addEventListener("submit", lockByHand);
  document.querySelector("[data-sign-out-form]").addEventListener("submit", () => tabs.postMessage("ended"));
}

function isCovered() {
  return document.documentElement.classList.contains("is-locked");
}

function schedule(seconds) {
  locksAt = Date.now() + seconds * 1000;
  strip.hidden = seconds * 1000 > WARN_BEFORE;
  clearTimeout(timer);
  timer = setTimeout(check, strip.hidden ? seconds * 1000 - WARN_BEFORE : seconds * 1000);
}

function look() {
  if (document.visibilityState === "hidden") return;
  if (isCovered() || locksAt - Date.now() <= WARN_BEFORE) check();
}

/** Ask the server before warning or covering: the session may have been used, locked or ended in another tab. */
async function check() {
  if (isChecking) return;
  isChecking = true;
  try {
    const state = await sessionState();
    if (await isStillOurs(state)) uncoverPage(state.locks_in);
    else coverPage(state.state === "locked" ? "locked" : "ended", state.person);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (locksAt <= Date.now()) coverPage("locked");
    else schedule((locksAt - Date.now()) / 1000);
  } finally {
    isChecking = false;
  }
}

function coverPage(how, person = null) {
  const form = cover.querySelector("[data-unlock-form]");
  const ended = cover.querySelector("[data-ended]");
  form.hidden = how === "ended";
  ended.hidden = how !== "ended";
  ended.querySelector("[data-other-person]").hidden = person === null || person === cover.dataset.person;
  cover.setAttribute("aria-labelledby", how === "ended" ? "ended-title" : "lock-title");
  if (isCovered()) return;
  clearTimeout(timer);
  strip.hidden = true;
  document.documentElement.classList.add("is-locked");
  document.title = document.getElementById("lock-title").textContent;
  for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
  cover.showModal();
  if (how !== "ended") form.elements.password.focus();
}

function uncoverPage(seconds) {
  schedule(seconds);
  if (!isCovered()) return;
  document.documentElement.classList.remove("is-locked");
  document.title = title;
  cover.close();
}

async function unlock(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const problem = form.querySelector("[data-problem]");
  problem.textContent = "";
  try {
    const answer = await send(cover.dataset.unlockUrl, { method: "POST", json: { password: form.elements.password.value } });
    if (answer.ok) {
      form.reset();
      if (answer.data.csrf_token) renewToken(answer.data.csrf_token);
      tabs.postMessage("look");
      uncoverPage(answer.data.locks_in);
      return;
    }
    problem.textContent = answer.data?.message ?? "";
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    problem.textContent = cover.querySelector("[data-text-unreachable]").textContent;
  }
  form.elements.password.select();
}

function noteTyping(event) {
  if (cover.contains(event.target) || Date.now() - usedAt < TELL_USE_EVERY) return;
  tellUse();
}

async function tellUse() {
  usedAt = Date.now();
  try {
    const answer = await send(cover.dataset.useUrl, { method: "POST", json: {} });
    if (answer.ok) schedule(answer.data.locks_in);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

async function lockByHand(event) {
  event.preventDefault();
  coverPage("locked");
  tabs.postMessage("locked");
  try {
    await send(cover.dataset.lockUrl, { method: "POST", json: {} });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error; // covered all the same; the server locks by its own clock
  }
}

function hearOtherTab(event) {
  if (event.data === "look") check();
  else coverPage(event.data);
}
