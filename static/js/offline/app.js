/** The page that works without a network: which view is shown, the lock, and when something is handed in. */

import { newId } from "../form/ids.js";
import { NotNow, Withdrawn, askWhetherWithdrawn, handIn, post, signedIn } from "./handing_in.js";
import { FormPage } from "./form_page.js";
import { Full, WrongPassphrase, device, noteUnsent, setUp, unlock, waitOf, wipe } from "./store.js";
import { UnfitText, canSeal, fingerprint } from "./sealing.js";
import { day, moment, number, page, piece, sideBySide, text } from "./texts.js";
import { NotATransferFile, takeOver, transferFile } from "./transfer.js";
import { Visits } from "./visits.js";

const LOCK_AFTER = 120_000; // milliseconds without use
const TRY_AGAIN = 60_000;
const SHORTEST_PASSPHRASE = 12;
const WORKER = page.workerUrl;

const views = new Map([...document.querySelectorAll("[data-view]")].map((view) => [view.dataset.view, view]));
let own = null; // what stands in the clear of this device
let visits = null; // null while locked
let form = null;
let usedAt = Date.now();
let running = null;

start();

async function start() {
  const unfit = whyUnfit();
  if (unfit) {
    views.get("unfit").querySelector("[data-why]").textContent = text(unfit);
    return show("unfit");
  }
  listen();
  showNetwork();
  own = await device();
  try {
    if (own) await askWhetherWithdrawn(page.stateUrl, own);
  } catch (error) {
    return wipeBecause(error);
  }
  if (own) waitToUnlock();
  return show(own ? "unlock" : "set-up");
}

function whyUnfit() {
  if (!window.isSecureContext) return "insecure";
  return window.crypto?.subtle && window.indexedDB && navigator.serviceWorker && window.structuredClone ? "" : "too_old";
}

function listen() {
  on("[data-set-up]", "submit", begin);
  on("[data-unlock]", "submit", openDevice);
  on("[data-wipe]", "submit", wipeByHand);
  on("[data-lock]", "click", lock);
  on("[data-export]", "click", saveTransferFile);
  on("[data-import]", "submit", openTransferFile);
  on("[data-recommend]", "submit", keepRecommendation);
  on("[data-talk]", "submit", keepTalk);
  window.addEventListener("hashchange", (event) => go(event));
  window.addEventListener("online", () => (showNetwork(), handInQuietly()));
  window.addEventListener("offline", showNetwork);
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => (usedAt = Date.now()), { passive: true });
  setInterval(() => visits && Date.now() - usedAt > LOCK_AFTER && lock(), 1000);
  setInterval(handInQuietly, TRY_AGAIN);
  document.addEventListener("click", refuseLinksWithoutNetwork);
}

function on(selector, kind, deed) {
  document.querySelector(selector).addEventListener(kind, (event) => {
    event.preventDefault();
    Promise.resolve(deed(event.currentTarget)).catch(tellFailure);
  });
}

/* What is shown */

function show(name) {
  for (const [each, view] of views) view.hidden = each !== name;
  document.querySelector("[data-lock]").hidden = !visits;
  const first = views.get(name).querySelector("input:not([type=file])");
  if (name !== "form") document.title = views.get(name).querySelector("h1").textContent;
  if (["unlock", "set-up"].includes(name)) first.focus();
}

function say(selector, sentence) {
  const place = document.querySelector(selector);
  place.lastElementChild.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.scrollIntoView({ block: "nearest" });
}

function tellFailure(error) {
  if (error instanceof NotNow) {
    say("[data-trouble]", error.message_of_server || text(error.why === "refused" ? "not_reached" : error.why));
  } else if (error instanceof Full) say("[data-trouble]", text("full"));
  else if (error instanceof Withdrawn) wipeBecause(error);
  else throw error;
}

function showNetwork() {
  const place = document.querySelector("[data-network]");
  place.lastElementChild.textContent = text("offline");
  place.hidden = navigator.onLine;
}

function showUnsent() {
  const count = visits.all.reduce((sum, { visit }) => sum + visits.unsent(visit).length, 0);
  const place = document.querySelector("[data-unsent]");
  place.lastElementChild.textContent = text("unsent", { count: number(count) });
  place.hidden = count === 0;
  noteUnsent(count);
  document.querySelector("[data-training]").hidden = !visits.all.some(({ pack }) => pack.visit.is_training);
}

function refuseLinksWithoutNetwork(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.getAttribute("href").startsWith("#") || navigator.onLine) return;
  event.preventDefault();
  say("[data-trouble]", text("needs_network"));
}

/* Setting up, unlocking, locking, wiping */

async function begin(formOfDevice) {
  const { name, passphrase, again } = formOfDevice.elements;
  if (passphrase.value.length < SHORTEST_PASSPHRASE) return say("[data-trouble]", text("passphrase_short"));
  if (passphrase.value !== again.value) return say("[data-trouble]", text("passphrases_differ"));
  await signedIn(page.sessionUrl, null);
  const made = await post(page.devicesUrl, { name: name.value });
  const store = await setUp(passphrase.value, { deviceId: made.id, secret: made.secret, person: made.person });
  own = await device();
  formOfDevice.reset();
  await navigator.storage.persist?.();
  return opened(store);
}

async function openDevice(formOfDevice) {
  const field = formOfDevice.elements.passphrase;
  const button = formOfDevice.querySelector("button");
  button.disabled = true;
  try {
    const store = await unlock(field.value);
    formOfDevice.reset();
    say("[data-trouble]", "");
    await opened(store);
  } catch (error) {
    if (!(error instanceof WrongPassphrase)) throw error;
    say("[data-trouble]", text("wrong_passphrase"));
    field.select();
    own = await device();
    waitToUnlock();
  } finally {
    button.disabled = false;
  }
}

/** Say how long the next try has to wait, while it has to. */
function waitToUnlock() {
  const seconds = waitOf(own);
  views.get("unlock").querySelector("[data-waiting]").textContent = seconds ? text("wait", { seconds: number(seconds) }) : "";
  if (seconds) setTimeout(waitToUnlock, 1000);
}

async function opened(store) {
  visits = new Visits(store);
  form ??= new FormPage(visits, (problem) => (showUnsent(), problem && say("[data-trouble]", problem)));
  usedAt = Date.now();
  showUnsent();
  await go();
  handInQuietly();
}

/** Cover everything at once: the page is loaded anew, so that neither text nor key stays in memory. */
async function lock() {
  await form?.isFree();
  for (const { visit } of visits?.all ?? []) await visits.sealFinished(visit);
  visits = null;
  window.location.reload();
}

async function wipeByHand(formOfDevice) {
  if (formOfDevice.elements.word.value.trim() !== "WIPE") return say("[data-trouble]", text("wipe_word"));
  await wipe();
  return leaveWiped("wiped");
}

async function wipeBecause(error) {
  if (!(error instanceof Withdrawn)) throw error;
  await wipe().catch(() => {}); // cleared already; another tab may still hold the empty database
  leaveWiped("withdrawn");
}

function leaveWiped(why) {
  visits = null;
  own = null;
  show("set-up");
  say("[data-trouble]", text(why));
}

/* Going from view to view */

async function go(event) {
  if (!visits) return;
  if (event) for (const place of ["[data-told]", "[data-trouble]"]) say(place, "");
  const [what, id, part, last] = decodeURIComponent(window.location.hash.slice(1)).split("/");
  if (!views.get("form").hidden && !(await form.isFree())) {
    if (event) history.replaceState(null, "", event.oldURL);
    return;
  }
  if (what === "take" && id) await take(id);
  else if (what === "visit" && visits.visit(id)) showVisit(id, part, last);
  else showVisits();
}

function showVisit(id, part = "form", last = "1") {
  const isForm = part === "form" || part === "item";
  for (const each of views.get("form").querySelectorAll("[data-shown]")) each.hidden = each.dataset.shown !== (isForm ? "form" : part);
  for (const link of views.get("form").querySelectorAll("[data-part]")) {
    link.href = `#visit/${id}/${link.dataset.part}`;
    if (link.dataset.part === (isForm ? "form" : part)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    const { may, sealing } = visits.visit(id).pack;
    if (link.dataset.part === "recommendations") link.parentElement.hidden = !may.recommendation;
    if (link.dataset.part === "talks") link.parentElement.hidden = !may.talk || !sealing;
  }
  show("form");
  form.show(id, part === "form" ? Number(last) || 1 : form.number, part === "item" ? last : "");
  showDrafts(id);
  showTalks(id);
  showPlace(visits.visit(id).pack);
  if (part === "form") document.getElementById("content").scrollIntoView();
}

function showVisits() {
  show("visits");
  const all = visits.all;
  views.get("visits").querySelector("[data-none]").hidden = all.length > 0;
  views.get("visits").querySelector("[data-list]").replaceChildren(...all.map(visitRow));
  showRefused();
  showUnsent();
}

function visitRow({ visit, pack, receipt, keep }) {
  const row = piece("visit-row");
  const unsent = visits.unsent(visit).length;
  const clashes = visits.work(visit).filter((record) => record.clash).length;
  const items = visits.items(visit);
  row.dataset.visit = visit;
  row.querySelector("[data-open]").textContent = pack.visit.place;
  row.querySelector("[data-open]").href = `#visit/${visit}/form/1`;
  row.querySelector("[data-facts]").textContent = sideBySide([pack.visit.reference, day(pack.visit.started_on), text("taken_at", { time: moment(pack.taken_at) })]);
  row.querySelector("[data-counts]").textContent = text("visit_counts", { answered: number(items.filter((item) => visits.isAnswered(visit, item)).length), asked: number(items.length) });
  const states = [unsent ? text("to_hand_in", { count: number(unsent) }) : receipt ? text("receipt", { count: number(receipt.count), time: moment(receipt.at) }) : text("nothing_to_hand_in")];
  if (clashes) states.push(text("clash", { count: number(clashes) }));
  row.querySelector("[data-state]").textContent = states.join(" ");
  if (pack.sealing) row.querySelector("[data-key]").textContent = text("sealed_to", { fingerprint: pack.sealing.compartment.letters });
  if (pack.offered) askForKey(row.querySelector("[data-confirm-key]"), visit, pack);
  row.querySelector("[data-keep]").checked = keep;
  row.querySelector("[data-keep]").addEventListener("change", (event) => visits.note(visit, { keep: event.target.checked }).catch(tellFailure));
  row.querySelector("[data-hand-in]").addEventListener("click", () => handInNow(visit).catch(tellFailure));
  row.querySelector("[data-remove]").addEventListener("click", () => removeVisit(visit).catch(tellFailure));
  return row;
}

/** The office offers another key than this device seals to: only a person who compared its letters lets it in. */
function askForKey(question, visit, { offered }) {
  question.hidden = false;
  question.querySelector("[data-why]").textContent = text("other_key");
  question.addEventListener("submit", (event) => {
    event.preventDefault();
    confirmKey(visit, offered, question.elements.typed.value).catch(tellFailure);
  });
}

async function confirmKey(visit, offered, typed) {
  const letters = (words) => words.replace(/\s/g, "").toUpperCase();
  if (letters(typed) !== letters(await fingerprint(offered.public))) return say("[data-trouble]", text("other_letters"));
  await signedIn(page.sessionUrl, own.person);
  await post(`${page.visitsUrl}${visit}/confirm-key`, { device: own.deviceId, key: offered.id, typed });
  await visits.takeOfferedKey(visit);
  say("[data-told]", text("key_confirmed"));
  return showVisits();
}

function showRefused() {
  const refused = visits.all.flatMap(({ visit }) => visits.work(visit).filter((record) => record.refused));
  document.querySelector("[data-refused-part]").hidden = refused.length === 0;
  document.querySelector("[data-refused]").replaceChildren(...refused.map(refusedRow));
}

function refusedRow(record) {
  const row = piece("refused-row");
  const { what, key, data } = record;
  const names = { answer: () => text("answer_of", { item: numberOf(key) }), finding: () => text("finding_of", { topic: nameOf(key) }), recommendation: () => text("recommendation"), photo: () => data.name, talk: () => text("talk") };
  row.querySelector("[data-title]").textContent = names[what]();
  row.querySelector("[data-why]").textContent = record.refused;
  row.querySelector("[data-text]").textContent = [...Object.values(data.fields ?? {}).flat(), data.comment, data.found, data.why, data.text].filter(Boolean).join("\n");
  row.querySelector("[data-mend]").href = what === "answer" ? `#visit/${record.visit}/item/${key}` : `#visit/${record.visit}/${what === "recommendation" ? "recommendations" : "form"}`;
  row.querySelector("[data-again]").addEventListener("click", () => visits.alone(() => visits.write([{ ...record, refused: null }])).then(() => handInNow(record.visit)).catch(tellFailure));
  row.querySelector("[data-drop]").addEventListener("click", () => visits.drop([record]).then(showVisits).catch(tellFailure));
  return row;
}

function numberOf(item) {
  return document.getElementById("guide-questions").content.querySelector(`#item-${CSS.escape(item)} .item-number`)?.textContent ?? item;
}

function nameOf(topic) {
  return document.getElementById("guide-topics").content.querySelector(`[data-topic="${CSS.escape(topic)}"] h2`)?.textContent ?? topic;
}

function showPlace({ recommendations, history: past }) {
  const lines = recommendations.map((one) => sideBySide([one.reference, one.text, one.addressee, one.due_on && text("due", { day: day(one.due_on) })]));
  fillList("[data-open-recommendations]", lines);
  fillList("[data-history]", past.map((one) => day(one.on)));
}

function fillList(selector, lines) {
  const all = lines.length ? lines : [text("none")];
  document.querySelector(selector).replaceChildren(
    ...all.map((words) => {
      const line = document.createElement("li");
      line.dir = "auto";
      line.textContent = words;
      return line;
    }),
  );
}

function showDrafts(id) {
  const drafts = visits.work(id).filter((record) => record.what === "recommendation");
  document.querySelector("[data-drafts]").replaceChildren(
    ...drafts.map((record) => {
      const row = piece("draft-row");
      row.querySelector("[data-text]").textContent = record.data.text;
      row.querySelector("[data-to]").textContent = record.data.addressee;
      row.querySelector("[data-drop]").addEventListener("click", () => visits.drop([record]).then(() => showVisit(id, "recommendations")).catch(tellFailure));
      return row;
    }),
  );
}

async function keepRecommendation(draft) {
  const { text: words, addressee, priority } = draft.elements;
  const id = form.visitId;
  await visits.keep(id, "recommendation", newId(), { text: words.value, addressee: addressee.value, priority: priority.value, items: [] });
  draft.reset();
  showUnsent();
  showDrafts(id);
}

async function keepTalk(line) {
  const { partner, sex, age, people, where, agreed_to_talk: toTalk, agreed_to_notes: toNotes, note } = line.elements;
  const id = form.visitId;
  if (note.value && [toTalk.value, toNotes.value].includes("no")) return say("[data-trouble]", text("no_notes"));
  if (!(await canSeal())) return say("[data-trouble]", text("cannot_seal"));
  const heard = toTalk.value === "no" ? 0 : Number(people.value); // who refuses is counted as a refusal, not as a talk
  const counted = { partner: partner.value, sex: sex.value, age: age.value, people: heard };
  try {
    await visits.addTalk(id, counted, { where: where.value, note: note.value, agreed_to_talk: toTalk.value, agreed_to_notes: toNotes.value });
  } catch (error) {
    if (!(error instanceof UnfitText)) throw error;
    return say("[data-trouble]", text("unfit_text"));
  }
  line.reset();
  say("[data-trouble]", "");
  showTalks(id);
  showUnsent();
  return partner.focus();
}

function showTalks(id) {
  const talks = visits.work(id).filter((record) => record.what === "talk");
  document.querySelector("[data-talks]").replaceChildren(
    ...talks.map(({ data }) => {
      const row = piece("talk-row");
      const words = ["partner", "sex", "age"].map((name) => document.querySelector(`#talk-${name} option[value="${data.counted[name]}"]`).textContent);
      row.querySelector("[data-text]").textContent = sideBySide([...words, number(data.counted.people), text("sealed_at", { time: moment(data.at) })]);
      return row;
    }),
  );
}

/* Taking along, handing in, removing */

async function take(id) {
  say("[data-trouble]", "");
  try {
    await signedIn(page.sessionUrl, own.person);
    const pack = await post(`${page.visitsUrl}${id}/take-along`, { device: own.deviceId });
    await visits.take(pack);
    if (visits.visit(id).pack.offered) await post(`${page.visitsUrl}${id}/refuse-key`, { device: own.deviceId });
    await keepPage(pack);
    history.replaceState(null, "", "#visits");
    say("[data-told]", text("taken"));
  } catch (error) {
    history.replaceState(null, "", "#visits");
    tellFailure(error);
  }
  showVisits();
}

/** Have the service worker keep the page by which this visit is filled, so that it opens without a network. */
async function keepPage(pack) {
  const policy = window.trustedTypes?.createPolicy("monitor-worker", { createScriptURL: onlyTheWorker });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL(WORKER) : WORKER, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const path = `/offline/${document.documentElement.lang}/${pack.guide}`;
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => (channel.port1.onmessage = (event) => resolve(event.data.kept)));
  registration.active.postMessage({ keep: path }, [channel.port2]);
  if (!(await answer)) throw new NotNow("not_reached");
}

function onlyTheWorker(url) {
  if (url !== WORKER) throw new TypeError("not the service worker");
  return url;
}

async function handInNow(id) {
  say("[data-trouble]", "");
  say("[data-told]", "");
  await signedIn(page.sessionUrl, own.person);
  const receipt = await handInOne(id);
  if (receipt?.missing) say("[data-trouble]", text("no_receipt", { count: number(receipt.missing) }));
  else if (receipt) {
    const words = [text("receipt", { count: number(receipt.count), time: moment(receipt.at) })];
    if (!visits.visit(id).keep && !visits.work(id).length) {
      await letGo(id);
      words.push(text("removed"));
    }
    say("[data-told]", words.join(" "));
  }
  refreshVisits();
}

/** Bring the list up to date where it is shown: whoever went on to a form in the meantime stays there. */
function refreshVisits() {
  if (!views.get("visits").hidden) showVisits();
}

/** Hand in whatever can be handed in, without a word where it cannot; the visit stays, somebody may be working on it. */
async function handInQuietly() {
  if (!visits || !navigator.onLine || running || !visits.all.some(({ visit }) => visits.sendable(visit).length)) return;
  try {
    await askWhetherWithdrawn(page.stateUrl, own);
    await signedIn(page.sessionUrl, own.person);
    for (const { visit } of visits.all) if (visits.sendable(visit).length) await handInOne(visit);
    refreshVisits();
  } catch (error) {
    if (error instanceof Withdrawn) await wipeBecause(error);
    else if (!(error instanceof NotNow)) throw error;
  }
  if (visits) showUnsent();
}

async function handInOne(id) {
  await running;
  const bar = document.querySelector(`[data-visit="${id}"] [data-progress]`);
  running = handIn(visits, id, own, page.visitsUrl, (done, all) => {
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

async function removeVisit(id) {
  const unsent = visits.unsent(id).length;
  if (unsent && !window.confirm(text("remove_unsent", { count: number(unsent) }))) return;
  await letGo(id);
  say("[data-told]", text("removed"));
  showVisits();
}

async function letGo(id) {
  await visits.remove(id);
  try {
    await signedIn(page.sessionUrl, own.person);
    await post(`${page.visitsUrl}${id}/let-go`, { device: own.deviceId });
  } catch (error) {
    if (!(error instanceof NotNow)) throw error; // the office learns it at the next contact, or by withdrawing the device
  }
}

/* Transfer files */

async function saveTransferFile() {
  const passphrase = window.prompt(document.querySelector('label[for="passphrase"]').textContent);
  if (!passphrase) return;
  try {
    const made = await transferFile(visits, passphrase);
    if (!made) return say("[data-trouble]", text("nothing_to_transfer"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([made], { type: "application/octet-stream" }));
    link.download = "transfer.monitor";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    if (!(error instanceof WrongPassphrase)) throw error;
    say("[data-trouble]", error.seconds ? text("wait", { seconds: number(error.seconds) }) : text("wrong_passphrase"));
  }
}

async function openTransferFile(formOfFile) {
  const { file, passphrase } = formOfFile.elements;
  try {
    const { count, missing } = await takeOver(visits, await file.files[0].text(), passphrase.value);
    formOfFile.reset();
    say("[data-told]", text("transferred", { count: number(count) }));
    say("[data-trouble]", missing.length ? text("transfer_other_visits", { places: missing.join("; ") }) : "");
    showVisits();
    handInQuietly();
  } catch (error) {
    if (error instanceof NotATransferFile) say("[data-trouble]", text("not_this_file"));
    else if (error instanceof WrongPassphrase) say("[data-trouble]", text("wrong_passphrase"));
    else throw error;
  }
}
