/**
 * The one way our scripts talk to the server: token, answers as JSON, a locked or ended session told to the page.
 * Other modules import it by the relative name only, so that there is one instance.
 */

export const LOCKED = "monitor:locked";
export const ENDED = "monitor:ended";

/** The server did not answer, or not to the end. */
export class Unreachable extends Error {}

/** Return the token that every writing request carries. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

/** Put a new token into the page and all its forms, after unlocking or signing in again. */
export function renewToken(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}

/** Ask what became of the session: {state: open | locked | ended, person, locks_in, csrf_token}. Never counts as use. */
export async function sessionState() {
  const cover = document.getElementById("lock-cover");
  const answer = cover && (await sendOnce(cover.dataset.stateUrl, {})); // pages before sign-in have no cover
  return answer?.data ?? { state: "ended", person: null };
}

/** Say whether this page's own person has an open session, taking over its token. */
export async function isStillOurs(state) {
  const ours = state.state === "open" && state.person === document.getElementById("lock-cover").dataset.person;
  if (ours) renewToken(state.csrf_token);
  return ours;
}

/**
 * Send a request and return {ok, status, data}; data is the answer's JSON or null.
 * options: method, json (any value) or form (FormData), headers. Throws Unreachable.
 * A token that is too old is renewed once; a locked or ended session covers the page, and the answer is returned.
 */
export async function send(url, options) {
  let answer = await sendOnce(url, options);
  if (answer.data?.error === "page_too_old" && (await isStillOurs(await sessionState()))) {
    answer = await sendOnce(url, options);
  }
  if (answer.status === 423) document.dispatchEvent(new Event(LOCKED));
  if (answer.status === 401) document.dispatchEvent(new Event(ENDED));
  return answer;
}

async function sendOnce(url, { method = "GET", json, form, headers = {} }) {
  const all = { Accept: "application/json, text/html;q=0.5", ...headers };
  if (method !== "GET") all["X-CSRFToken"] = csrfToken();
  if (json !== undefined) all["Content-Type"] = "application/json";
  form?.set("csrf_token", csrfToken());
  try {
    const response = await fetch(url, { method, headers: all, body: form ?? JSON.stringify(json), cache: "no-store" });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { ok: response.ok, status: response.status, data: isJson ? await response.json() : null };
  } catch (error) {
    throw new Unreachable(error.message); // also in the midst of its answer
  }
}
