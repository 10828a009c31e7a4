/** Between this device and the office: taking visits along, handing in, letting visits go. */

import { NotNow, handIn, post, signedIn, whatTheOfficeSays } from "./handing_in.js";
import { opened } from "./opened.js";
import { pagesFor } from "./pages.js";
import { sayDone, sayWrong, showClock, showUnsent, tellFailure } from "./saying.js";
import { fingerprint } from "./sealing.js";
import { moment, number, page, text } from "./texts.js";

const WORKER = page.workerUrl;
const policy = window.trustedTypes?.createPolicy("monitor-worker", { createScriptURL: onlyTheWorker }); // a page makes it once

let running = null; // the handing in that is on its way

/** Take a visit along, or fetch it anew. */
export async function take(id) {
  const { own, visits } = opened;
  sayWrong("");
  try {
    await signedIn(page.sessionUrl, own.person);
    const pack = await post(`${page.visitsUrl}${id}/take-along`, { device: own.deviceId });
    await visits.take(pack);
    if (visits.visit(id).pack.offered) await post(`${page.visitsUrl}${id}/refuse-key`, { device: own.deviceId });
    await keepPages(pack);
    sayDone(text("taken"));
  } catch (error) {
    tellFailure(error);
  } finally {
    history.replaceState(null, "", "#visits");
  }
}

/** Have the service worker keep the pages by which this visit is filled, so that it opens without a network. */
async function keepPages(pack) {
  await navigator.serviceWorker.register(policy ? policy.createScriptURL(WORKER) : WORKER, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  for (const path of pagesFor(pack)) {
    const channel = new MessageChannel();
    const answer = new Promise((resolve) => (channel.port1.onmessage = (event) => resolve(event.data.kept)));
    registration.active.postMessage({ keep: path }, [channel.port2]);
    if (!(await answer)) throw new NotNow("not_reached");
  }
}

function onlyTheWorker(url) {
  if (url !== WORKER) throw new TypeError("not the service worker");
  return url;
}

/** Seal to the key that the office offers, once its letters were typed as a reader sees them. Returns whether it is so. */
export async function confirmKey(visit, offered, typed) {
  const { own, visits } = opened;
  const letters = (words) => words.replace(/\s/g, "").toUpperCase();
  if (letters(typed) !== letters(await fingerprint(offered.public))) {
    sayWrong(text("other_letters"));
    return false;
  }
  await signedIn(page.sessionUrl, own.person);
  await post(`${page.visitsUrl}${visit}/confirm-key`, { device: own.deviceId, key: offered.id, typed });
  await visits.takeOfferedKey(visit);
  sayDone(text("key_confirmed"));
  return true;
}

/** Hand a visit in because somebody asked for it; what is whole at the office is removed here, unless it is kept. */
export async function handInNow(id) {
  sayWrong("");
  sayDone("");
  await signedIn(page.sessionUrl, opened.own.person);
  const receipt = await handInOne(id);
  if (receipt?.missing) sayWrong(text("no_receipt", { count: number(receipt.missing) }));
  else if (receipt) {
    const words = [text("receipt", { count: number(receipt.count), time: moment(receipt.at) })];
    if (await letGo(id, () => mayGo(id))) words.push(text("removed"));
    sayDone(words.join(" "));
  } else {
    const refused = opened.visits.work(id).filter((record) => record.refused).length;
    if (refused) sayWrong(text("left_here", { count: number(refused) }));
  }
  showUnsent();
  opened.refresh();
}

/**
 * Whenever there is a network: hand in whatever can be handed in, and let go of visits that are over at the office. A
 * visit that somebody may still work on stays, and what cannot be done now is tried again without a word.
 */
export async function catchUp() {
  if (!opened.own || !navigator.onLine || running) return;
  try {
    const { over, at } = await whatTheOfficeSays(page.stateUrl, opened.own); // also while locked: a withdrawn device wipes
    showClock(at);
    if (!opened.visits) return;
    await handInWaiting();
    for (const id of over) await removeOver(id);
    opened.refresh();
  } catch (error) {
    if (!(error instanceof NotNow)) tellFailure(error);
  }
  if (opened.visits) showUnsent();
}

async function handInWaiting() {
  const { own, visits } = opened;
  const waiting = visits.all.filter(({ visit }) => visits.sendable(visit).length || visits.unconfirmed(visit));
  if (waiting.length) await signedIn(page.sessionUrl, own.person);
  for (const { visit } of waiting) {
    try {
      await handInOne(visit);
    } catch (error) {
      if (!(error instanceof NotNow)) throw error; // what one visit has to wait for holds up no other
    }
  }
}

async function removeOver(id) {
  const visit = opened.visits.visit(id);
  if (await letGo(id, () => mayGo(id))) sayDone(text("removed_over", { place: visit.pack.visit.place }));
}

function mayGo(id) {
  const visit = opened.visits.visit(id);
  return visit && !visit.keep && !opened.visits.atStake(id) && !opened.form?.shows(id);
}

async function handInOne(id) {
  while (running) await running.catch(() => {}); // whoever began that hears of it
  const bar = document.querySelector(`[data-visit="${id}"] [data-progress]`);
  running = handIn(opened.visits, id, opened.own, page.visitsUrl, (done, all) => {
    if (!bar) return;
    bar.hidden = false;
    Object.assign(bar, { max: all, value: done });
    bar.parentElement.querySelector("[data-state]").textContent = text("handing_in", { done: number(done), all: number(all) });
  });
  try {
    return await running;
  } finally {
    running = null;
  }
}

/** Remove a visit because somebody asked for it. */
export async function removeVisit(id) {
  const atStake = opened.visits.atStake(id);
  if (atStake && !window.confirm(text("remove_unsent", { count: number(atStake) }))) return;
  await letGo(id);
  sayDone(text("removed"));
  showUnsent();
  opened.refresh();
}

/** Remove a visit where it may still go when its turn comes; returns whether it went. */
async function letGo(id, mayIt = () => true) {
  if (!(await opened.visits.remove(id, mayIt))) return false;
  try {
    await signedIn(page.sessionUrl, opened.own.person);
    await post(`${page.visitsUrl}${id}/let-go`, { device: opened.own.deviceId });
  } catch (error) {
    if (!(error instanceof NotNow)) throw error; // the office learns it at the next contact, or by withdrawing the device
  }
  return true;
}
