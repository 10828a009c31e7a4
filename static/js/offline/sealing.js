/**
 * Sealing on the device: what is sealed here opens for its holders alone, and never again on this device.
 * Suites, steps and contexts are those of monitor/sealing/envelopes.py; monitor/vault/from_devices.py reads envelopes.
 */

import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "../../vendor/hpke.js";

const FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const STEP = 256;
const LENGTH_BYTES = 4;
const TO_PEOPLE = 1; // the suites that the first byte of an envelope names
const UNDER_A_KEY = 2;
const LONGEST_TEXT = 20_000; // characters, as in monitor/guide/plain_text.py, which also says which no page can hold
const UNFIT = /\p{Surrogate}|(?![\t\n])\p{Cc}/u;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const FINGERPRINT_LETTERS = 20;
const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const utf8 = new TextEncoder();

/** A text that no reader could be shown: it must be mended before it is sealed, for afterwards nobody can. */
export class UnfitText extends Error {}

/** Say whether this browser can seal: WebCrypto with X25519 is there in a secure context of browsers from 2025 on. */
export async function canSeal() {
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Seal content (any JSON) and return the device envelope {format, record, content, wraps: {holder id: base64}}.
 * Throws UnfitText for control characters, halves of letters and texts that are too long.
 * mechanism, body, record: ids; holders: [{id, public (base64)}]; owner: what the record belongs to, a list of texts:
 *   ["device answer", sheet, item, change]  {fields, comment, sources, urgent}, as the page of the form sends them
 *   ["device talk", visit, talk]            {where, note, agreed_to_talk, agreed_to_notes}
 */
export async function sealOnDevice({ mechanism, body, record, holders, owner, content }) {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  try {
    const place = context("content", 1, mechanism, body, record, ...owner);
    const sealed = await sealUnder(key, utf8.encode(JSON.stringify(content, checked)), place);
    const wraps = {};
    for (const holder of holders) {
      const wrapped = await sealTo(fromBase64(holder.public), key, context("record key", 1, record, holder.id));
      wraps[holder.id] = toBase64(wrapped);
    }
    return { format: FORMAT, record, content: toBase64(sealed), wraps };
  } finally {
    key.fill(0);
  }
}

/** Return the letters by which people compare a public key (base64), as monitor/sealing/key_pairs.py makes them. */
export async function fingerprint(publicKey) {
  const named = joined(utf8.encode("monitor key fingerprint v1"), fromBase64(publicKey));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", named));
  const letters = Array.from({ length: FINGERPRINT_LETTERS }, (_, place) => {
    const [byte, bit] = [Math.floor((place * 5) / 8), (place * 5) % 8];
    return LETTERS[(((digest[byte] << 8) | digest[byte + 1]) >> (11 - bit)) & 31];
  });
  return letters.join("").match(/.{4}/g).join(" ");
}

/** Return the context of an envelope from the parts that name its place. */
export function context(...parts) {
  const texts = parts.map((part) => utf8.encode(String(part)));
  return joined(utf8.encode("monitor"), ...texts.flatMap((text) => [lengthOf(text), text]));
}

/** Put the length in front and zeros behind, up to the next step. */
export function fillUp(content) {
  const framed = joined(lengthOf(content), content);
  const filled = new Uint8Array(Math.ceil(framed.length / STEP) * STEP);
  filled.set(framed);
  return filled;
}

async function sealUnder(key, content, place) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const held = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: place };
  return joined([UNDER_A_KEY], nonce, new Uint8Array(await crypto.subtle.encrypt(how, held, fillUp(content))));
}

async function sealTo(publicKey, content, place) {
  const holder = await suite.DeserializePublicKey(publicKey);
  const { encapsulatedSecret, ciphertext } = await suite.Seal(holder, fillUp(content), { info: place });
  return joined([TO_PEOPLE], encapsulatedSecret, ciphertext);
}

function checked(_name, value) {
  const isUnfit = typeof value === "string" && (UNFIT.test(value) || Array.from(value).length > LONGEST_TEXT);
  if (isUnfit) throw new UnfitText();
  return value;
}

function lengthOf(bytes) {
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return length;
}

function joined(...pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
