/**
 * The encrypted store of this device: IndexedDB holds ciphertext and what is needed to try a passphrase, nothing else.
 *
 * A random key of 256 bits encrypts every record with AES-GCM, bound to the record's id. That key lies here wrapped by a
 * key derived from the passphrase (PBKDF2-SHA-256), so that forgetting it wipes everything at once. Records are JSON,
 * filled up with spaces to steps of 256 bytes, since their lengths would tell.
 */

const NAME = "monitor";
const FORMAT = 1;
const ROUNDS = 600_000;
const STEP = 256; // bytes
const FREE_TRIES = 3;
const LONGEST_WAIT = 300; // seconds
const DEVICE = "device";

const encoder = new TextEncoder();
let isWiped = false; // nothing that was begun before may be written after

/** The passphrase was wrong, or has to wait: `seconds` until the next try (0: at once). */
export class WrongPassphrase extends Error {
  constructor(seconds) {
    super("wrong passphrase");
    this.seconds = seconds;
  }
}

/** The device has no room left; nothing of the write was kept. */
export class Full extends Error {}

/** Return what stands in the clear: {deviceId, secret, person, tries, triedAt, ...}; undefined before it is set up. */
export async function device() {
  if (!(await indexedDB.databases()).some(({ name }) => name === NAME)) return undefined; // asking would make it
  const database = await open();
  try {
    return await asked(database.transaction("device").objectStore("device").get(DEVICE));
  } finally {
    database.close();
  }
}

/** Set the device up with a passphrase; `row` is what the server gave: {deviceId, secret, person}. Returns the store. */
export async function setUp(passphrase, row) {
  const salt = random(16);
  const raw = random(32);
  const wrapping = await wrappingKey(passphrase, salt, ROUNDS);
  const wrapped = await seal(wrapping, raw, "device key");
  isWiped = false;
  const kept = { id: DEVICE, format: FORMAT, ...row, salt, rounds: ROUNDS, wrapped, tries: 0, triedAt: 0 };
  await writeDevice(kept);
  return Store.read(await dataKey(raw));
}

/** Open the store. Raises WrongPassphrase, after a few tries with a growing wait. */
export async function unlock(passphrase) {
  const row = await device();
  const seconds = waitOf(row);
  if (seconds > 0) throw new WrongPassphrase(seconds);
  const wrapping = await wrappingKey(passphrase, row.salt, row.rounds);
  let raw;
  try {
    raw = await unseal(wrapping, row.wrapped, "device key");
  } catch {
    const tried = { ...row, tries: row.tries + 1, triedAt: Date.now() };
    await noteTries(tried);
    throw new WrongPassphrase(waitOf(tried));
  }
  if (row.tries) await noteTries({ ...row, tries: 0, triedAt: 0 });
  return Store.read(await dataKey(raw));
}

/**
 * Return how many seconds the next try has to wait. A clock that was set back makes it no shorter; one that is behind
 * the last try by more than the wait was wrong then or is wrong now, and nobody is shut out for years: the wait begins
 * when this page first sees it.
 */
export function waitOf({ tries, triedAt }) {
  if (tries < FREE_TRIES) return 0;
  const wait = Math.min(5 * 2 ** (tries - FREE_TRIES), LONGEST_WAIT);
  const passed = Date.now() < triedAt ? performance.now() / 1000 : (Date.now() - triedAt) / 1000;
  return Math.max(0, Math.ceil(wait - passed));
}

/** Note, in the clear, how many pieces of work wait on this device, for the office's pages (static/js/device.js). */
export async function noteUnsent(unsent) {
  const row = await device();
  if (row && row.unsent !== unsent) await writeDevice({ ...row, unsent });
}

/** Destroy everything on this device: the wrapped key first, without which the rest can never be read. */
export async function wipe() {
  isWiped = true;
  const database = await open();
  const change = database.transaction(["device", "records"], "readwrite", { durability: "strict" });
  change.objectStore("device").clear();
  change.objectStore("records").clear();
  await finished(change);
  database.close();
  await asked(indexedDB.deleteDatabase(NAME));
}

/** Encrypt any JSON under a passphrase, for a transfer file; see opened. */
export async function sealedFile(passphrase, content) {
  const salt = random(16);
  const sealed = await seal(await wrappingKey(passphrase, salt, ROUNDS), filled(content), "transfer file");
  return { format: FORMAT, salt: toText(salt), rounds: ROUNDS, iv: toText(sealed.iv), data: toText(new Uint8Array(sealed.data)) };
}

/** Open what sealedFile made. Raises WrongPassphrase where it does not open, TypeError where it is no such file. */
export async function openedFile(passphrase, file) {
  if (file?.format !== FORMAT || !(file.rounds >= 100_000 && file.rounds <= 10_000_000)) throw new TypeError("not a transfer file");
  const [salt, iv, data] = [file.salt, file.iv, file.data].map(fromText);
  const key = await wrappingKey(passphrase, salt, file.rounds);
  let content;
  try {
    content = await unseal(key, { iv, data }, "transfer file");
  } catch {
    throw new WrongPassphrase(0);
  }
  return JSON.parse(new TextDecoder().decode(content));
}

/** The open store: every record in memory by id, how many are damaged, and the one way to write them. */
export class Store {
  constructor(key, records, damaged) {
    this.key = key;
    this.records = records;
    this.damaged = damaged;
    this.last = Promise.resolve();
  }

  static async read(key) {
    const database = await open();
    const rows = await asked(database.transaction("records").objectStore("records").getAll());
    database.close();
    const records = new Map();
    for (const row of rows) {
      try {
        records.set(row.id, JSON.parse(new TextDecoder().decode(await unseal(key, row, `record ${row.id}`))));
      } catch {
        // one that is damaged stays on the disk as it is, and keeps nobody from the others
      }
    }
    return new Store(key, records, rows.length - records.size);
  }

  /** Write records (each with its id) and remove others, all or nothing; resolves once the disk has them. Raises Full. */
  write(records, removed = []) {
    const texts = records.map((record) => [record.id, filled(record)]); // as they are now, whatever is typed meanwhile
    this.last = this.last.catch(() => {}).then(() => this.commit(texts, removed));
    return this.last;
  }

  async commit(texts, removed) {
    const rows = await Promise.all(texts.map(async ([id, bytes]) => ({ id, ...(await seal(this.key, bytes, `record ${id}`)) })));
    if (isWiped) return;
    const database = await open();
    try {
      const change = database.transaction("records", "readwrite", { durability: "strict" });
      for (const row of rows) change.objectStore("records").put(row);
      for (const id of removed) change.objectStore("records").delete(id);
      await finished(change);
    } catch (error) {
      if (error?.name === "QuotaExceededError") throw new Full();
      throw error;
    } finally {
      database.close();
    }
  }
}

function open() {
  const asking = indexedDB.open(NAME, FORMAT);
  asking.onupgradeneeded = () => {
    for (const name of ["device", "records"]) asking.result.createObjectStore(name, { keyPath: "id" });
  };
  return asked(asking);
}

async function writeDevice(row) {
  const database = await open();
  if (isWiped) return database.close();
  const change = database.transaction("device", "readwrite", { durability: "strict" });
  change.objectStore("device").put(row);
  await finished(change);
  return database.close();
}

/** A device without room opens all the same: what lies on it can be handed in, and that makes room. */
function noteTries(row) {
  return writeDevice(row).catch(() => {});
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page of Monitor is open"));
  });
}

function finished(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error ?? new DOMException("aborted", "QuotaExceededError"));
  });
}

async function wrappingKey(passphrase, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", encoder.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function dataKey(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function seal(key, bytes, place) {
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(`monitor ${place}`) }, key, bytes);
  return { iv, data };
}

async function unseal(key, { iv, data }, place) {
  const how = { name: "AES-GCM", iv, additionalData: encoder.encode(`monitor ${place}`) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, data));
}

function filled(content) {
  const bytes = encoder.encode(JSON.stringify(content));
  const whole = new Uint8Array(Math.ceil(bytes.length / STEP) * STEP).fill(32); // spaces mean nothing to JSON
  whole.set(bytes);
  return whole;
}

function random(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Return bytes as base 64. */
export function toText(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}

/** Return the bytes of a text in base 64. Raises TypeError or a DOMException for anything else. */
export function fromText(text) {
  if (typeof text !== "string") throw new TypeError("not base 64");
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
