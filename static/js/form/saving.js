/**
 * Saves what is typed, by itself: a second after the last key, one request at a time, and again with growing pauses
 * when the server cannot take it. A change that was sent keeps its id until the server has answered for it, so that
 * nothing is written twice and nothing of another person is written over.
 */

import { changedControls, contentOf, fingerprint } from "./content.js";
import { newId } from "./ids.js";

/** Milliseconds until what was changed is sent; whoever types on without a pause is saved all the same. */
const PAUSES = { letter: 1000, word: 1000, choice: 300, longest: 5000 };
const FIRST_RETRY = 2000;
const LONGEST_RETRY = 60_000;

/** Changes could not be delivered; `why` is "unreachable", "locked" or a sentence. */
export class Undelivered extends Error {
  constructor(why, isWorthARetry) {
    super(why);
    this.why = why;
    this.isWorthARetry = isWorthARetry;
  }
}

/**
 * Saves the questions of a page. `deliver(changes)` takes them to the server (or keeps them on the device) and gives the
 * answer, or throws Undelivered. `tell(saver, answer)` is called whenever something to be shown has changed.
 * Of each question: base (revision the next change is based on), known (what the server has; null where the fields held
 * something else when the script came), sent and pending (what the server has not answered for yet), wish, problems,
 * clash (the other text), overtakenBy (a text that stands instead), mark (how it is shown as kept; null: by its base).
 */
export class Saver {
  constructor(deliver, questions, tell) {
    this.deliver = deliver;
    this.tell = tell;
    this.states = new Map(questions.map((question) => [question, startState(question)]));
    this.failure = null; // null, "unreachable", "locked" or the server's sentence
    this.retry = FIRST_RETRY;
    this.timer = 0;
    this.running = null;
    this.heldSince = null;
    this.pauses = PAUSES;
    this.holdsClashes = true; // whether what is typed beside an open clash waits for the person's decision
    this.watch();
  }

  watch() {
    const until = new AbortController();
    window.addEventListener("online", () => this.flush(), { signal: until.signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush(), { signal: until.signal });
    const lock = new MutationObserver(() => this.afterLock());
    lock.observe(document.documentElement, { attributeFilter: ["class"] });
    this.stop = () => {
      clearTimeout(this.timer);
      until.abort();
      lock.disconnect();
    };
  }

  /** Note that a question was changed: by a "letter", a "word" that is whole, or a "choice". */
  touch(question, change) {
    const state = this.states.get(question);
    state.problems = null;
    this.heldSince ??= Date.now();
    this.schedule(Math.max(0, Math.min(this.pauses[change], this.heldSince + this.pauses.longest - Date.now())));
    this.tell(this, null);
  }

  /** Ask for one more thing with the next change of a question: {settles: true} or {only_if_unanswered: true}. */
  mark(question, wish) {
    Object.assign(this.states.get(question).wish, wish);
  }

  /** Note that the fields hold what the server has, at this revision. */
  keep(question, revision) {
    const state = this.states.get(question);
    state.known = fingerprint(contentOf(question));
    setBase(question, state, revision);
  }

  /** Note that the next change of a question is based on this revision, whatever its fields hold. */
  rebase(question, revision) {
    setBase(question, this.states.get(question), revision);
  }

  /** The questions with something to send. What is typed while a clash is open waits for the person's decision. */
  get unsent() {
    return this.those((question, state) => this.isDirty(question) && !(this.holdsClashes && state.clash && !state.wish.settles));
  }

  /** The questions that a person has to look at: a text that does not fit, or two texts. */
  get toMend() {
    return this.those((_question, state) => state.problems !== null);
  }

  /** The questions with a clash that nobody has settled on this page. */
  get toSettle() {
    return this.those((_question, state) => state.clash !== null);
  }

  /** The questions that hold something that would be lost with the page. */
  get atRisk() {
    return this.those((question, state) => this.isDirty(question) || state.problems !== null);
  }

  /** Whether the question holds something that the server does not have. */
  isDirty(question) {
    const state = this.states.get(question);
    return state.pending !== null || Boolean(state.wish.settles) || fingerprint(contentOf(question)) !== state.known;
  }

  those(filter) {
    return [...this.states].filter(([question, state]) => filter(question, state)).map(([question]) => question);
  }

  /** Send everything now; resolves when all is answered or something has failed. */
  flush() {
    clearTimeout(this.timer);
    this.heldSince = null;
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  schedule(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause);
  }

  afterLock() {
    if (!document.documentElement.classList.contains("is-locked") && this.unsent.length) this.schedule(0);
  }

  async run() {
    let questions = this.unsent;
    while (questions.length) {
      if (document.documentElement.classList.contains("is-locked")) return this.fail("locked", false);
      const changes = questions.map((question) => this.change(question));
      this.tell(this, null);
      const answer = await this.sendChanges(changes);
      if (!answer) return undefined;
      this.failure = null;
      this.retry = FIRST_RETRY;
      for (const result of answer.results) this.take(result);
      this.tell(this, answer);
      questions = this.unsent;
    }
    this.tell(this, null);
    return undefined;
  }

  async sendChanges(changes) {
    try {
      return await this.deliver(changes);
    } catch (error) {
      if (!(error instanceof Undelivered)) throw error;
      this.fail(error.why, error.isWorthARetry);
      return null;
    }
  }

  fail(why, tryAgain) {
    this.failure = why;
    if (tryAgain) {
      this.schedule(this.retry);
      this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
    }
    this.tell(this, null);
  }

  /** Return the change to send: the one that is still unanswered for, or a new one of what the fields hold. */
  change(question) {
    const state = this.states.get(question);
    if (!state.pending) {
      const content = contentOf(question);
      const base = (state.wish.settles && state.clash?.revision) || state.base;
      state.pending = { id: newId(), item: question.dataset.item, base, ...content, ...state.wish };
      state.sent = fingerprint(content);
      state.wish = {};
    }
    return state.pending;
  }

  take(result) {
    const question = [...this.states.keys()].find((each) => each.dataset.item === result.item);
    const state = this.states.get(question);
    const settled = state.pending?.settles;
    state.pending = null;
    state.known = state.sent;
    state.problems = result.problems ?? null;
    state.mark = result.mark ?? null;
    if (result.outcome === "clash") {
      state.clash = result.present;
    } else if (result.outcome !== "refused") {
      setBase(question, state, result.revision);
      if (settled) state.clash = null;
      state.isSettled = settled;
      if (result.present && !result.problems) state.overtakenBy = result.present;
    }
  }
}

/** Note the revision that the next change is based on, also for the plain form. */
function setBase(question, state, revision) {
  state.base = revision;
  question.querySelector(`[name="${question.dataset.item}.base"]`).value = revision;
}

function startState(question) {
  const base = Number(question.querySelector(`[name="${question.dataset.item}.base"]`).value);
  return {
    base,
    known: changedControls(question).length ? null : fingerprint(contentOf(question)),
    sent: null,
    pending: null,
    wish: {},
    problems: null,
    clash: null,
    overtakenBy: null,
    isSettled: false,
    mark: null,
  };
}
