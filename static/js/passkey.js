/**
 * Passkeys: asks the browser for one and tells the server what it said. Without it, or where browsers offer none, the
 * page says so and its other ways stay.
 */

import { Unreachable, renewToken, send } from "./requests.js";

for (const box of document.querySelectorAll("[data-passkey]")) start(box);

function start(box) {
  if (!window.isSecureContext || !window.PublicKeyCredential) return;
  const button = box.querySelector("[data-passkey-start]");
  button.hidden = false;
  box.querySelector("[data-passkey-missing]").hidden = true;
  button.addEventListener("click", () => run(box, button));
}

async function run(box, button) {
  say(box, "");
  button.disabled = true;
  try {
    await ask(box);
  } catch (error) {
    if (error instanceof Unreachable) say(box, textOf(box, "unreachable"));
    else if (error.name === "InvalidStateError") say(box, textOf(box, "known"));
    else if (error instanceof DOMException) say(box, textOf(box, "cancelled"));
    else throw error;
  } finally {
    button.disabled = false;
  }
}

async function ask(box) {
  const asked = await send(box.dataset.optionsUrl, { method: "POST", json: {} });
  if (needsPassword(asked)) return;
  if (!asked.data?.options) return say(box, asked.data?.message);
  const publicKey = decoded(asked.data.options);
  const credential =
    box.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  const name = document.getElementById(box.dataset.name ?? "")?.value ?? "";
  const json = { credential: encoded(credential), name, next: box.dataset.next ?? null };
  const answer = await send(box.dataset.answerUrl, { method: "POST", json });
  if (needsPassword(answer)) return;
  if (!answer.data?.location) return say(box, answer.data?.message);
  if (!box.dataset.submits) return window.location.assign(answer.data.location);
  renewToken(answer.data.csrf_token);
  document.getElementById(box.dataset.submits).submit();
}

/** The password was not given lately: load the page again by way of the one that asks for it. */
function needsPassword(answer) {
  if (answer.data?.error !== "step_up") return false;
  window.location.assign(`${stepUpAddress()}?next=${encodeURIComponent(window.location.pathname)}`);
  return true;
}

function stepUpAddress() {
  return document.querySelector("[data-step-up-url]").dataset.stepUpUrl;
}

function say(box, text) {
  box.querySelector("[data-passkey-problem]").textContent = text ?? textOf(box, "cancelled");
}

function textOf(box, which) {
  return box.querySelector(`[data-text-${which}]`).textContent;
}

/** Turn the letters that JSON carries into the bytes that browsers want. */
function decoded(options) {
  const ids = (list) => list?.map((each) => ({ ...each, id: bytesOf(each.id) }));
  const found = { ...options, challenge: bytesOf(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytesOf(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = ids(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = ids(options.allowCredentials);
  return found;
}

/** Turn what the browser answered into JSON. */
function encoded(credential) {
  const { response } = credential;
  const said = { clientDataJSON: lettersOf(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = lettersOf(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = lettersOf(response.authenticatorData);
    said.signature = lettersOf(response.signature);
    said.userHandle = response.userHandle ? lettersOf(response.userHandle) : null;
  }
  return { id: credential.id, rawId: lettersOf(credential.rawId), type: credential.type, response: said };
}

function bytesOf(letters) {
  const plain = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function lettersOf(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
