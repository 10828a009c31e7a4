/**
 * Transfer files: everything of this device that was not handed in, encrypted under its passphrase, to be handed in from
 * another machine. Format 1: {visits: [{visit, mechanism, place, work: [...]}]}; earlier versions wrote no mechanism.
 */

import { newId } from "../form/ids.js";
import { openedFile, sealedFile, unlock } from "./store.js";

/** The file is no transfer file, or it is damaged. */
export class NotATransferFile extends Error {}

/** The file holds visits of another mechanism than those on this device. */
export class OfAnotherMechanism extends Error {}

/** Return the file as text; null where there is nothing to transfer. Raises WrongPassphrase for another passphrase. */
export async function transferFile(visits, passphrase) {
  await unlock(passphrase); // nobody but who knows the device's passphrase takes anything out
  const found = visits.all
    .map(({ visit, pack }) => ({ visit, mechanism: pack.visit.mechanism, place: pack.visit.place, work: visits.work(visit) }))
    .filter(({ work }) => work.length);
  return found.length ? JSON.stringify(await sealedFile(passphrase, { visits: found })) : null;
}

/**
 * Take the work of a transfer file over. Returns {count, missing}: how many records, and the places of visits that are
 * not on this device. Records keep their names on the way: one that arrived already changes nothing at the office.
 * Raises NotATransferFile, OfAnotherMechanism and WrongPassphrase.
 */
export async function takeOver(visits, text, passphrase) {
  let content;
  try {
    content = await openedFile(passphrase, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException) throw new NotATransferFile();
    throw error;
  }
  const ours = new Set(visits.all.map(({ pack }) => pack.visit.mechanism).filter(Boolean));
  if (content.visits.some(({ mechanism }) => mechanism && ours.size && !ours.has(mechanism))) throw new OfAnotherMechanism();
  const missing = [];
  const fresh = [];
  for (const { visit, place, work } of content.visits) {
    if (!visits.visit(visit)) missing.push(place);
    else fresh.push(...work.filter((record) => !visits.store.records.has(record.id)).map((record) => broughtHere(visits, record)));
  }
  await visits.alone(() => visits.write(fresh));
  return { count: fresh.length, missing };
}

/**
 * Beside other work on the same thing a record gets a name of its own; the server settles both as it always does. What
 * was begun on both machines and not finished becomes one text.
 */
function broughtHere(visits, record) {
  const own = visits.workOn(record.visit, record.what, record.key);
  if (own && record.what === "unfinished") return { ...own, version: own.version + 1, data: { values: together(own.data.values, record.data.values) } };
  return { ...record, id: own ? newId() : record.id, refused: null };
}

function together(one, other) {
  const joined = (name) => (one[name] === other[name] ? one[name] : [one[name], other[name]].filter(Boolean).join(" "));
  return Object.fromEntries(Object.keys(one).map((name) => [name, ["text", "note"].includes(name) ? joined(name) : one[name]]));
}
