/**
 * The visits on this device and the work on them that the server does not have yet.
 *
 * Three kinds of records lie in the store:
 *   visit   {id, kind: "visit", visit, pack, sent: {record id: {text, digest}}, moved: {item or topic: {from: [revision], to}},
 *           receipt: {count, at} or null, keep}
 *           `pack` is what the server gave (sync/package.py), brought up to what it answered since; `sent` is what was
 *           taken in and not yet confirmed by a receipt; `moved` the revisions that own answers became, for a page that
 *           still shows what it was before.
 *   pin     {id, kind: "pin", body, key}: the key of a body that this device seals to (vault/devices.py)
 *   work    {id, kind: "work", visit, what, key, data, version, sending: {id, text, version} or null, refused, clash}
 *           one answer, finding, recommendation, photo or talk, or what is begun beside the form and unfinished. `data` is
 *           what the fields hold, `version` counts its changes.
 *           `sending` is the record that was or is being sent: its text never changes, so that the server can take it
 *           twice. Of what was sealed here, `data` has the envelope and the id (`record`) that it is bound to, and
 *           nothing that could be read. `refused` is why the server did not take it; `clash` is the other text of an answer.
 */

import { newId } from "../form/ids.js";
import { UnfitText, fingerprint, sealOnDevice } from "./sealing.js";
import { Full } from "./store.js";
import { text } from "./texts.js";

const questions = document.getElementById("guide-questions").content;

/** What lies on the device, over an open store. */
export class Visits {
  constructor(store) {
    this.store = store;
    this.turn = Promise.resolve();
    this.owed = new Set(); // ids of records that are to leave the disk with the next write that finds room
    this.onSettled = () => {}; // (visit id): the office has answered for work on this visit
  }

  /** The visits, in order of their places' names. */
  get all() {
    return this.those((record) => record.kind === "visit").sort((one, other) => one.pack.visit.place.localeCompare(other.pack.visit.place));
  }

  /** The visit of this id; undefined when it is not on the device. */
  visit(id) {
    return this.first((record) => record.kind === "visit" && record.visit === id);
  }

  /** All work on a visit, in the order in which it was begun. */
  work(visitId) {
    return this.those((record) => record.kind === "work" && record.visit === visitId).sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The work on one thing: an answer by its item, a finding by its topic. */
  workOn(visitId, what, key) {
    return this.first((record) => record.kind === "work" && record.visit === visitId && record.what === what && record.key === key);
  }

  /** The work that the server does not have: not that which only waits for a person to settle a clash. */
  unsent(visitId) {
    return this.work(visitId).filter((record) => record.what !== "unfinished" && (!record.clash || record.data.settles));
  }

  /** What was begun beside the form and not finished; it stays on the device. */
  unfinished(visitId) {
    return this.work(visitId).filter((record) => record.what === "unfinished");
  }

  /** The work that can be sent now: what was refused waits until somebody changes it or tries again. */
  sendable(visitId) {
    return this.unsent(visitId).filter((record) => !record.refused);
  }

  /** The first record of those, in the order in which they were begun: asked for each question of a form, so without a list. */
  first(filter) {
    for (const record of this.store.records.values()) if (filter(record)) return record;
    return undefined;
  }

  those(filter) {
    return [...this.store.records.values()].filter(filter);
  }

  /**
   * Read records, change and write them with nobody else in between: what is typed while something else waits for the
   * disk or for a checksum would be written over. A deed never waits for another one inside.
   */
  alone(deed) {
    const turn = this.turn.then(deed);
    this.turn = turn.catch(() => {});
    return turn;
  }

  /** Put a visit that the server gave on the device, or bring it up to what the server gave; unsent work stays. */
  take(given) {
    return this.alone(async () => {
      const before = this.visit(given.visit.id);
      const pack = await this.pinned(given);
      await this.write([{ sent: {}, receipt: null, keep: false, ...before, moved: {}, id: before?.id ?? newId(), kind: "visit", visit: pack.visit.id, pack }]);
    });
  }

  /** Seal to the key of the body that this device saw first; another one waits until the person compared its letters. */
  async pinned(pack) {
    if (!pack.sealing) return pack;
    const { body } = pack.sealing;
    const compartment = { ...pack.sealing.compartment, letters: await fingerprint(pack.sealing.compartment.public) };
    const pin = this.first((record) => record.kind === "pin" && record.body === body);
    if (!pin) await this.write([{ id: newId(), kind: "pin", body, key: compartment }]);
    const isPinned = !pin || pin.key.public === compartment.public;
    return { ...pack, sealing: { ...pack.sealing, compartment: isPinned ? compartment : pin.key }, ...(isPinned ? {} : { offered: compartment }) };
  }

  /** Seal to the key that the office offers, from now on. */
  takeOfferedKey(visitId) {
    return this.alone(async () => {
      const visit = this.visit(visitId);
      const { sealing, offered, ...pack } = visit.pack;
      const pin = this.first((record) => record.kind === "pin" && record.body === sealing.body);
      await this.write([{ ...pin, key: offered }, { ...visit, pack: { ...pack, sealing: { ...sealing, compartment: offered } } }]);
    });
  }

  /** Note something about a visit, such as {keep: true}; of one that has left meanwhile nothing is noted. */
  note(visitId, what) {
    return this.alone(() => this.write(this.visit(visitId) ? [{ ...this.visit(visitId), ...what }] : []));
  }

  /**
   * Keep what somebody typed; resolves, with its base, once the disk has it. What was begun of it as `begun` leaves the
   * disk in the same step. Raises Full.
   */
  keep(visitId, what, key, typed, begun = null) {
    return this.alone(async () => {
      const before = this.workOn(visitId, what, key);
      const visit = this.visit(visitId);
      const { from, to } = visit.moved[key] ?? {};
      const data = to !== undefined && [from].flat().includes(typed.base) ? { ...typed, base: to } : { ...typed };
      if (before?.clash && before.data.settles) data.settles = true; // typed on after the decision, before it was sent
      const record = before
        ? { ...before, data, version: before.version + 1, refused: null }
        : { id: newId(), kind: "work", visit: visitId, what, key, data, version: 1, sending: null, refused: null, clash: null };
      const unfinished = begun && this.workOn(visitId, "unfinished", begun);
      await this.write(visit.receipt ? [record, { ...visit, receipt: null }] : [record], unfinished ? [unfinished.id] : []);
      return data.base;
    });
  }

  /** Whether an item is sealed before it leaves: a protected one, of a body that has keys. */
  isSealed(visitId, item) {
    return Boolean(this.visit(visitId).pack.sealing) && questions.querySelector(`#item-${CSS.escape(item)} > .item-protected`) !== null;
  }

  /**
   * Seal what was typed for protected items; this device cannot open it again. What cannot be sealed is marked as
   * refused with the reason, so that it holds up nothing else. Raises Full.
   */
  sealFinished(visitId) {
    return this.alone(async () => {
      const open = this.work(visitId).filter((record) => this.isToSeal(visitId, record) && !record.refused);
      for (const record of open) await this.write([await this.sealedOrRefused(visitId, record)]);
    });
  }

  /** Whether a record must be sealed before it may leave. */
  isToSeal(visitId, { what, key, data, sending, clash }) {
    return what === "answer" && Boolean(data.fields) && !sending && !clash && this.isSealed(visitId, key);
  }

  async sealedOrRefused(visitId, record) {
    try {
      return { ...record, version: record.version + 1, data: await this.sealedAnswer(visitId, record) };
    } catch (error) {
      return { ...record, refused: text(error instanceof UnfitText ? "unfit_text" : "cannot_seal") };
    }
  }

  async sealedAnswer(visitId, { key, data }) {
    const { fields, comment, sources, urgent, base } = data;
    const record = newId();
    const owner = ["device answer", this.visit(visitId).pack.sealing.sheet, key, record];
    const envelope = await this.seal(visitId, owner, { fields, comment, sources, urgent });
    const isAnswered = Object.keys(fields).length > 0;
    return { base, record, sealed: { envelope, is_answered: isAnswered, has_comment: Boolean(comment) }, is_answered: isAnswered, at: Date.now() };
  }

  /** Keep one line of a talk, begun as `begun`; it is sealed at once. Raises UnfitText. */
  async addTalk(visitId, counted, line, begun) {
    const record = newId();
    const envelope = await this.seal(visitId, ["device talk", visitId, record], line);
    await this.keep(visitId, "talk", record, { record, counted, envelope, at: Date.now() }, begun);
  }

  seal(visitId, owner, content) {
    const { mechanism, body, compartment, people } = this.visit(visitId).pack.sealing;
    return sealOnDevice({ mechanism, body, record: newId(), holders: [compartment, ...people], owner, content });
  }

  /** Let a refused record be sent once more; one that is gone by now stays gone. */
  tryAgain(id) {
    return this.alone(async () => {
      const record = this.store.records.get(id);
      if (record?.refused) await this.write([{ ...record, refused: null }]);
    });
  }

  /** Let go of work that a person deleted. */
  drop(records) {
    return this.alone(() => this.write([], records.map((record) => record.id)));
  }

  /** Remove a visit with all work on it, where `mayIt` says so when its turn comes. Resolves with whether it went. */
  remove(visitId, mayIt) {
    return this.alone(async () => {
      if (!this.visit(visitId) || !mayIt()) return false;
      await this.write([], [this.visit(visitId), ...this.work(visitId)].map((record) => record.id));
      return true;
    });
  }

  /** Count what would be lost with a visit: work, and what no receipt has confirmed. */
  atStake(visitId) {
    return this.work(visitId).length + this.unconfirmed(visitId);
  }

  /** Count what the server took and no receipt has confirmed. */
  unconfirmed(visitId) {
    return Object.keys(this.visit(visitId).sent).length;
  }

  /** Write records to the disk, then let the page see them. Raises Full. */
  async write(records, removed = []) {
    await this.store.write(records, [...removed, ...this.owed]);
    this.owed.clear();
    this.see(records, removed);
  }

  /**
   * Write what came of handing in. Where there is no room it holds for as long as the page is open: a full device can
   * still hand in and then be emptied. After a restart the same texts are sent once more, which changes nothing.
   */
  async hold(records, removed = []) {
    try {
      await this.write(records, removed);
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      for (const id of removed) this.owed.add(id);
      this.see(records, removed);
    }
  }

  see(records, removed) {
    for (const record of records) this.store.records.set(record.id, record);
    for (const id of removed) this.store.records.delete(id);
  }

  /** Return what the fields of an item hold: what was typed here, else what the server has. */
  content(visitId, item) {
    const work = this.workOn(visitId, "answer", item);
    const present = work?.data ?? this.visit(visitId).pack.answers[item];
    return { base: 0, ...present, fields: {}, comment: "", sources: [], urgent: false, ...readable(present) };
  }

  /** Whether an item is answered, here or at the office. */
  isAnswered(visitId, item) {
    const work = this.workOn(visitId, "answer", item);
    const present = this.visit(visitId).pack.answers[item];
    if (work && !work.clash) return work.data.is_answered ?? Object.keys(work.data.fields).length > 0;
    return Boolean(present && (present.is_answered || Object.keys(present.fields ?? {}).length));
  }

  /** The items of a topic, in the order of the form. */
  itemsOf(visitId, topic) {
    return this.visit(visitId).pack.pages.flat().find((each) => each.topic === topic).items;
  }

  /** Every item of the form, in its order. */
  items(visitId) {
    return this.visit(visitId).pack.pages.flatMap((topics) => topics.flatMap((topic) => topic.items));
  }
}

function readable(content) {
  if (!content?.fields) return {};
  const { fields, comment, sources, urgent } = content;
  return { fields, comment, sources, urgent };
}
