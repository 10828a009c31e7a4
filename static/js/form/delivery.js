/** Takes changes of answers to the server. */

import { Unreachable, send } from "../requests.js";
import { Undelivered } from "./saving.js";

const WORTH_A_RETRY = new Set([401, 408, 409, 423, 425, 429, 500, 502, 503, 504]);

/** Return how changes reach this address; see Saver. */
export function toServer(url) {
  return async (changes) => {
    let answer;
    try {
      answer = await send(url, { method: "POST", json: { changes } });
    } catch (error) {
      if (error instanceof Unreachable) throw new Undelivered("unreachable", true);
      throw error;
    }
    if (answer.ok && answer.data) return answer.data;
    const isLocked = answer.status === 401 || answer.status === 423;
    throw new Undelivered(isLocked ? "locked" : (answer.data?.message ?? "unreachable"), !isLocked && WORTH_A_RETRY.has(answer.status));
  };
}
