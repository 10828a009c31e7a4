/** The page that works without a network: which view is shown, setting up, the lock, wiping. Nothing imports this file. */

import { keepBeside, showBeside } from "./beside_form.js";
import { FormPage } from "./form_page.js";
import { post, signedIn, whatTheOfficeSays } from "./handing_in.js";
import { opened } from "./opened.js";
import { pageInItsLanguage, pageOfItsVersion } from "./pages.js";
import { on, sayDone, sayWrong, show, showUnsent, views } from "./saying.js";
import { WrongPassphrase, device, setUp, unlock, waitOf, wipe } from "./store.js";
import { number, page, sideBySide, text } from "./texts.js";
import { catchUp, take } from "./traffic.js";
import { Visits } from "./visits.js";
import { isConfirming, showVisits } from "./visits_page.js";

const LOCK_AFTER = 120_000; // milliseconds without use
const TRY_AGAIN = 60_000;
const SHORTEST_PASSPHRASE = 12;
const KEPT_WITHIN = 5000; // milliseconds: a disk that does not answer does not keep the device open
const LEFT = "monitor-why"; // why the page was left, by the name of the sentence that is said on the next one in its language
const CALM = ["unlock_again", "other_version"]; // of these, what asks for nothing but the passphrase

const ownLanguage = views.get("form").querySelector("[data-own-language]");

let usedAt = now();
let isLocking = false;
let isAlone = null; // a promise: whether no other tab has this device open

start();

async function start() {
  const unfit = whyUnfit();
  if (unfit) {
    views.get("unfit").querySelector("[data-why]").textContent = text(unfit);
    return show("unfit");
  }
  listen();
  showNetwork();
  opened.own = await device();
  sayWhyLeft();
  if (opened.own) waitToUnlock();
  show(opened.own ? "unlock" : "set-up");
  return catchUp();
}

function sayWhyLeft() {
  const why = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  if (why) (CALM.includes(why) ? sayDone : sayWrong)(text(why));
}

function whyUnfit() {
  if (!window.isSecureContext) return "insecure";
  return window.crypto?.subtle && window.indexedDB && navigator.serviceWorker && window.structuredClone ? "" : "too_old";
}

function listen() {
  opened.refresh = () => !views.get("visits").hidden && !isConfirming() && showVisits(); // whoever went on to a form meanwhile stays there
  opened.withdrawn = wipeWithdrawn;
  on(document.querySelector("[data-set-up]"), "submit", begin);
  on(document.querySelector("[data-unlock]"), "submit", openDevice);
  on(document.querySelector("[data-wipe]"), "submit", wipeByHand);
  on(document.querySelector("[data-lock]"), "click", lock);
  on(ownLanguage, "click", async () => (await isFree()) && goToPage(ownLanguage.dataset.path, "unlock_again"));
  window.addEventListener("hashchange", (event) => go(event));
  window.addEventListener("online", () => (showNetwork(), catchUp()));
  window.addEventListener("offline", showNetwork);
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => (usedAt = now()), { passive: true });
  setInterval(() => opened.visits && !isLocking && idleFor() > LOCK_AFTER && lock(), 1000);
  setInterval(catchUp, TRY_AGAIN);
  document.addEventListener("click", refuseLinksWithoutNetwork);
}

function showNetwork() {
  const place = document.querySelector("[data-network]");
  place.lastElementChild.textContent = text("offline");
  place.hidden = navigator.onLine;
}

function refuseLinksWithoutNetwork(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.getAttribute("href").startsWith("#") || navigator.onLine) return;
  event.preventDefault();
  sayWrong(text("needs_network"));
}

/* Setting up, unlocking, locking, wiping */

async function begin(formOfDevice) {
  const { name, passphrase, again } = formOfDevice.elements;
  if (passphrase.value.length < SHORTEST_PASSPHRASE) return sayWrong(text("passphrase_short"));
  if (passphrase.value !== again.value) return sayWrong(text("passphrases_differ"));
  if (!(await claimed())) return sayWrong(text("other_tab"));
  await signedIn(page.sessionUrl, null);
  const made = await post(page.devicesUrl, { name: name.value });
  const store = await setUp(passphrase.value, { deviceId: made.id, secret: made.secret, person: made.person });
  opened.own = await device();
  formOfDevice.reset();
  await navigator.storage.persist?.();
  return begun(store);
}

async function openDevice(formOfDevice) {
  const field = formOfDevice.elements.passphrase;
  const button = formOfDevice.querySelector("button");
  if (!(await claimed())) return sayWrong(text("other_tab"));
  button.disabled = true;
  try {
    await whatTheOfficeSays(page.stateUrl, opened.own);
    const store = await unlock(field.value);
    formOfDevice.reset();
    sayDone("");
    sayWrong("");
    await begun(store);
    return undefined;
  } catch (error) {
    if (!(error instanceof WrongPassphrase)) throw error;
    sayWrong(text("wrong_passphrase"));
    field.select();
    opened.own = await device();
    return waitToUnlock();
  } finally {
    button.disabled = false;
  }
}

/** Open the device in one tab at a time: two would write over each other's records. Ends with the page. */
function claimed() {
  isAlone ??= new Promise((resolve) => {
    navigator.locks.request("monitor-device", { ifAvailable: true }, (held) => {
      resolve(held !== null);
      if (held === null) isAlone = null; // asked again at the next try
      return held && new Promise(() => {});
    });
  });
  return isAlone;
}

/** Say how long the next try has to wait, while it has to. */
function waitToUnlock() {
  const seconds = waitOf(opened.own);
  views.get("unlock").querySelector("[data-waiting]").textContent = seconds ? text("wait", { seconds: number(seconds) }) : "";
  if (seconds) setTimeout(waitToUnlock, 1000);
}

async function begun(store) {
  opened.visits = new Visits(store);
  opened.form = new FormPage(opened.visits, (problem) => (showUnsent(), problem && sayWrong(problem)));
  usedAt = now();
  showUnsent();
  await go();
  if (store.damaged) sayWrong(text("damaged", { count: number(store.damaged) }));
  catchUp();
}

/** Cover everything at once: the page is loaded anew, so that neither text nor key stays in memory. */
async function lock() {
  isLocking = true;
  document.getElementById("content").hidden = true;
  try {
    await Promise.race([keepEverything(), new Promise((go) => setTimeout(go, KEPT_WITHIN))]);
  } finally {
    leave();
  }
}

async function keepEverything() {
  await isFree();
  for (const { visit } of opened.visits?.all ?? []) await opened.visits.sealFinished(visit);
}

/** The clock of a device can be set back, and the other one may stand still while the device sleeps. */
function now() {
  return { clock: Date.now(), running: performance.now() };
}

function idleFor() {
  const { clock, running } = now();
  return Math.max(clock - usedAt.clock, running - usedAt.running);
}

/** Load the page anew, whatever stands on it; `why` names the sentence that is said then. */
function leave(why = "") {
  opened.form?.close();
  if (why) sessionStorage.setItem(LEFT, why);
  window.location.reload();
}

/** Keep what is typed; returns whether the view may be left. */
async function isFree() {
  await keepBeside();
  return (await opened.form?.isFree()) ?? true;
}

async function wipeByHand(formOfDevice) {
  if (formOfDevice.elements.word.value.trim() !== "WIPE") return sayWrong(text("wipe_word"));
  await wipe();
  return leaveWiped("wiped");
}

async function wipeWithdrawn() {
  await wipe().catch(() => {}); // cleared already; another tab may still hold the empty database
  leaveWiped("withdrawn");
}

function leaveWiped(why) {
  opened.visits = null;
  opened.own = null;
  leave(why);
}

/* Going from view to view */

async function go(event) {
  if (!opened.visits) return;
  if (event) {
    sayDone("");
    sayWrong("");
  }
  const [what, id, part, last] = decodeURIComponent(window.location.hash.slice(1)).split("/");
  if (!views.get("form").hidden && !(await isFree())) {
    if (event) history.replaceState(null, "", event.oldURL);
    return;
  }
  if (what === "take" && id) await take(id);
  const visit = what === "visit" ? opened.visits.visit(id) : undefined;
  const elsewhere = visit && (await pageOfItsVersion(visit.pack));
  if (elsewhere) goToPage(elsewhere, "other_version");
  else if (visit) await showVisit(id, part, last);
  else {
    showVisits();
    if (event) window.scrollTo(0, 0); // not where a long form was left
  }
}

/** Open this visit by another page that the service worker keeps; `why` names the sentence that is said there. */
function goToPage(path, why) {
  opened.form?.close();
  sessionStorage.setItem(LEFT, why);
  window.location.assign(path + window.location.hash);
}

async function showVisit(id, part = "form", last = "1") {
  const isForm = part === "form" || part === "item";
  const { may, sealing } = opened.visits.visit(id).pack;
  for (const each of views.get("form").querySelectorAll("[data-shown]")) each.hidden = each.dataset.shown !== (isForm ? "form" : part);
  for (const link of views.get("form").querySelectorAll("[data-part]")) {
    link.href = `#visit/${id}/${link.dataset.part}`;
    if (link.dataset.part === (isForm ? "form" : part)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (link.dataset.part === "recommendations") link.parentElement.hidden = !may.recommendation;
    if (link.dataset.part === "talks") link.parentElement.hidden = !may.talk || !sealing;
  }
  show("form");
  opened.form.show(id, part === "form" ? Number(last) || 1 : opened.form.number, part === "item" ? last : "");
  showBeside(id);
  if (part === "form") document.getElementById("content").scrollIntoView();
  const inItsLanguage = await pageInItsLanguage(opened.visits.visit(id).pack);
  if (!opened.form?.shows(id)) return; // on to another visit meanwhile
  ownLanguage.hidden = inItsLanguage === null;
  ownLanguage.dataset.path = inItsLanguage?.path ?? "";
  ownLanguage.textContent = inItsLanguage ? text("in_language", { language: sideBySide([inItsLanguage.name]) }) : "";
}
