/** The page of a document that is being made: asks how far it is and opens the finished page. */

import { Unreachable, send } from "./requests.js";

const PAUSE = 700; // milliseconds between two questions
const making = document.getElementById("making");
const bar = making.querySelector("progress");
const named = making.querySelector("[data-making]"); // of a zip alone

async function look() {
  try {
    const { ok, data } = await send(making.dataset.progressUrl, {});
    if (ok && !data.is_open) return window.location.reload();
    if (ok) bar.value = data.progress;
    if (ok && named && named.textContent !== data.making) named.textContent = data.making;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
