/**
 * Handing in: small steps over one address, each of which may be interrupted and repeated. A record is frozen before it
 * is sent and kept until a receipt: the server has compared the checksum of everything with what it stored.
 */

import { newId } from "../form/ids.js";
import { Unreachable, renewToken, send } from "../requests.js";
import { text } from "./texts.js";

const STEP_RECORDS = 20;
const STEP_LETTERS = 1_500_000;
const STATE_OPEN = "open";
const ANSWER_WITHIN = 4000; // milliseconds: nobody waits longer for an office that may not be there
const NAMES = { answer: "item", finding: "topic", check: "recommendation" }; // what a record calls the thing it is about
const NEVER_CHANGED = ["recommendation", "photo"]; // their key is their name at the office too, however often they are sent

/** The office cannot take anything now; `why` says it: not_reached, not_signed_in, other_person,
 * refused (the whole step), failed (the server broke on it). */
export class NotNow extends Error {
  constructor(why, message = "") {
    super(message || why);
    this.why = why;
    this.message_of_server = message;
  }
}

/** The device was withdrawn. */
export class Withdrawn extends Error {}

/**
 * Ask, by the secret of the device alone, what the office says of it. Returns {over, at}: ids of visits that this person
 * may work on no more; the office's clock, in milliseconds. Raises Withdrawn; an office that is not reached says nothing.
 */
export async function whatTheOfficeSays(url, device) {
  let said = null;
  let at = NaN;
  try {
    const answer = await fetch(url, { headers: { "X-Device": device.secret, Accept: "application/json" }, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(ANSWER_WITHIN) });
    at = Date.parse(answer.headers.get("Date"));
    if (answer.ok) said = await answer.json();
  } catch {
    // tried again later
  }
  if (said?.is_withdrawn) throw new Withdrawn();
  return { over: said?.over ?? [], at };
}

/** Make sure that the person of this device (null: anybody) is signed in, and take over the token of the session. */
export async function signedIn(url, person) {
  let state;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
    state = await answer.json();
  } catch {
    throw new NotNow("not_reached");
  }
  if (state.state !== STATE_OPEN) throw new NotNow("not_signed_in");
  if (person && state.person !== person) throw new NotNow("other_person");
  renewToken(state.csrf_token);
}

/** Send JSON to the office. Returns its answer. Raises NotNow and Withdrawn. */
export async function post(url, json) {
  let answer;
  try {
    answer = await send(url, { method: "POST", json });
  } catch (error) {
    if (error instanceof Unreachable) throw new NotNow("not_reached");
    throw error;
  }
  if (answer.data?.is_withdrawn) throw new Withdrawn();
  if (answer.ok && answer.data) return answer.data;
  if (answer.status === 401 || answer.status === 423) throw new NotNow("not_signed_in");
  if (answer.status === 403 || answer.status === 404 || answer.status === 400 || answer.status === 413) throw new NotNow("refused", answer.data?.message ?? "");
  throw new NotNow(answer.status === 500 ? "failed" : "not_reached");
}

/**
 * Hand in all work on a visit and ask for the receipt. `told(done, all)` hears of progress.
 * Returns the receipt {count, at}, or {missing} where records have to be sent again, or null where something was left
 * because it was refused.
 */
export async function handIn(visits, visitId, device, visitsUrl, told) {
  const address = `${visitsUrl}${visitId}`;
  let step = await nextStep(visits, visitId);
  const all = Math.max(step.length, visits.sendable(visitId).length);
  let done = 0;
  for (; step.length; step = await nextStep(visits, visitId)) {
    told(done, all);
    await handInStep(visits, visitId, device, address, step);
    done += step.length;
  }
  told(all, all);
  return receipt(visits, visitId, device, address);
}

/** Freeze the next records and return their work. What was typed meanwhile for protected items is sealed first. */
async function nextStep(visits, visitId) {
  await visits.sealFinished(visitId);
  return visits.alone(() => frozenStep(visits, visitId));
}

async function frozenStep(visits, visitId) {
  const ready = visits.sendable(visitId).filter((record) => !visits.isToSeal(visitId, record));
  const work = ready.slice(0, STEP_RECORDS);
  const frozen = work.map((record) => (record.sending ? record : { ...record, sending: freeze(record) }));
  const step = [];
  let letters = 0;
  for (const record of frozen) {
    letters += record.sending.text.length;
    if (step.length && letters > STEP_LETTERS) break;
    step.push(record);
  }
  const fresh = step.filter((record) => !visits.store.records.get(record.id).sending);
  if (fresh.length) await visits.hold(fresh);
  return step;
}

function freeze({ what, key, data, version }) {
  const id = data.record ?? (NEVER_CHANGED.includes(what) ? key : newId());
  const said = { ...data };
  for (const own of ["record", "at", "is_answered"]) delete said[own]; // the device's own notes
  const named = NAMES[what] ? { [NAMES[what]]: key } : {};
  return { id, version, text: JSON.stringify({ id, kind: what, ...named, ...said }) };
}

async function handInStep(visits, visitId, device, address, step) {
  let answer;
  try {
    answer = await post(`${address}/hand-in`, { device: device.deviceId, records: step.map((record) => record.sending.text) });
  } catch (error) {
    if (!(error instanceof NotNow) || !["refused", "failed"].includes(error.why)) throw error;
    if (step.length > 1) {
      for (const record of step) await handInStep(visits, visitId, device, address, [record]); // one never holds up the others
      return;
    }
    await visits.alone(() => visits.write([{ ...visits.store.records.get(step[0].id), sending: null, refused: error.message_of_server || text("refused") }]));
    return;
  }
  await visits.alone(() => settle(visits, visitId, step, answer));
  visits.onSettled(visitId);
}

/** Take over what became of a step, all at once: what was typed meanwhile stays, based on what the server has now. */
async function settle(visits, visitId, step, { results, answers, findings, checks }) {
  const visit = structuredClone(visits.visit(visitId));
  if (!visit) return; // removed meanwhile
  const changed = [];
  const removed = [];
  for (const [place, record] of step.entries()) {
    const result = results[place];
    const present = visits.store.records.get(record.id) ?? record;
    if (result.outcome === "refused") {
      changed.push({ ...present, sending: null, refused: [result.message, ...Object.values(result.problems ?? {})].filter(Boolean).join(" ") || text("refused") });
      continue;
    }
    visit.sent[record.sending.id] = { text: record.sending.text, digest: await digestOf(record.sending.text) };
    const to = result.outcome === "clash" || isOvertaken(result) ? undefined : revisionOf(record, result, { finding: findings, check: checks });
    if (to !== undefined) visit.moved[record.key] = movedOn(visit.moved[record.key], JSON.parse(record.sending.text).base, to);
    const next = after(present, record.sending, { ...result, revision: to });
    if (next) changed.push(next);
    else removed.push(record.id);
  }
  const left = [...changed, ...visits.work(visitId).filter((record) => !removed.includes(record.id))];
  const kept = (what) => new Set(left.filter((record) => record.what === what).map((record) => record.key));
  Object.assign(visit.pack.answers, without(answers, kept("answer")));
  visit.pack.checks = checks;
  Object.assign(visit.pack.findings, findings); // beside an own text they show what stands at the office
  await visits.hold([visit, ...changed], removed);
}

/** Return how far own changes of one thing have come: `from` lists every revision that leads to `to` by own changes alone. */
function movedOn(before, base, to) {
  return { from: [...(before?.to === base ? [before.from].flat() : []), base], to };
}

/** Whether nothing was written because somebody else's answer stands: the next change is based on what was seen here. */
function isOvertaken({ outcome, present }) {
  return outcome === "unchanged" && Boolean(present);
}

/** Return the revision that a record has at the office now; undefined where it cannot be told: a finding or check that
 * arrived before may have been changed since. */
function revisionOf({ what, key, sending }, result, there) {
  if (!there[what] || result.revision !== undefined) return result.revision;
  const sent = JSON.parse(sending.text);
  const { base, ...present } = there[what][key] ?? {};
  const said = Object.keys(present).filter((name) => name in sent); // not by whom and when, which the office alone knows
  return base !== undefined && said.every((name) => present[name] === sent[name]) ? base : undefined;
}

function without(entries, names) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !names.has(name)));
}

/** Return what is left of a work record once the server has taken what was sent of it; null when nothing is. */
function after(record, sending, result) {
  const isTypedOn = record.version !== sending.version;
  const sent = { ...record, sending: null };
  const data = { ...record.data, base: result.revision ?? record.data.base };
  if (record.what !== "answer") return isTypedOn ? { ...sent, data } : null;
  if (!isTypedOn) delete data.settles;
  if (result.outcome === "clash" && !result.present) return isTypedOn ? sent : null; // whoever can open both settles it
  if (result.outcome === "clash") return { ...sent, data, clash: result.present };
  const problems = Object.values(result.problems ?? {}).join(" ");
  if (!isTypedOn && !problems) return null;
  return { ...sent, clash: null, refused: problems || null, data };
}

/** Compare checksums with the server; what it does not have as it was sent is made ready to be sent again. */
async function receipt(visits, visitId, device, address) {
  const visit = visits.visit(visitId);
  if (!visit) return null; // removed meanwhile
  const digests = Object.fromEntries(Object.entries(visit.sent).map(([id, { digest }]) => [id, digest]));
  const { missing } = await post(`${address}/receipt`, { device: device.deviceId, digests });
  if (missing.length) {
    for (const id of missing) await sendAgain(visits, visitId, device, address, id);
    return { missing: missing.length };
  }
  const found = { count: Object.keys(digests).length + (visit.receipt?.count ?? 0), at: new Date().toISOString() };
  return visits.alone(async () => {
    const sent = Object.fromEntries(Object.entries(visits.visit(visitId).sent).filter(([id]) => !(id in digests)));
    const isWhole = !visits.unsent(visitId).length;
    await visits.hold([{ ...visits.visit(visitId), sent, receipt: isWhole ? found : null }]);
    return isWhole ? found : null;
  });
}

async function sendAgain(visits, visitId, device, address, id) {
  const { text: sent } = visits.visit(visitId).sent[id];
  const { results } = await post(`${address}/hand-in`, { device: device.deviceId, records: [sent] });
  if (results[0].outcome === "refused") await visits.alone(() => workAgain(visits, visitId, id, JSON.parse(sent), results[0].message || text("refused")));
}

/** What the server once took and now refuses is work of this device again. */
function workAgain(visits, visitId, id, { kind, ...data }, refused) {
  const sent = without(visits.visit(visitId).sent, new Set([id]));
  const key = NAMES[kind] ? data[NAMES[kind]] : id;
  const said = without(data, new Set([NAMES[kind]]));
  const isReplaced = visits.workOn(visitId, kind, key) !== undefined; // by what was typed since
  const work = { id: newId(), kind: "work", visit: visitId, what: kind, key, data: { ...said, record: id, at: Date.now() }, version: 1, sending: null, refused, clash: null };
  return visits.write([{ ...visits.visit(visitId), sent }, ...(isReplaced ? [] : [work])]);
}

/** Return the SHA-256 of a text, in hex. */
export async function digestOf(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
