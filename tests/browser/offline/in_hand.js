/**
 * A device in somebody's hand: types, chooses and looks as a person does, each in one call; and stands between the
 * device and the office, where a request gets lost, is never answered, breaks off in its answer, or arrives twice.
 * What is done to the device goes through the fields and buttons of its page and through its own scripts.
 */

const OFFLINE = "/static/js/offline";
const DOWN = "test-network-down";
const FATES = { lost: "lost", unanswered: "unanswered", broken: "broken", answered: "answered" };
const reach = window.fetch.bind(window);
const network = { isDown: window.origin !== "null" && sessionStorage.getItem(DOWN) !== null, at: "", fate: FATES.answered, isTwice: false, meanwhile: null, sent: [], arrived: [], shown: null };

window.fetch = async (url, options) => {
  if (network.isDown) throw new TypeError("Failed to fetch");
  const path = new URL(url, window.location).pathname;
  const isStep = path.endsWith("/hand-in");
  const fate = path.endsWith(network.at) ? network.fate : FATES.answered;
  if (fate !== FATES.answered) network.fate = FATES.answered; // one request alone has it
  if (isStep) network.sent.push(JSON.parse(options.body).records);
  if (fate === FATES.lost) throw new TypeError("Failed to fetch");
  if (network.isTwice && options?.method === "POST") await reach(url, options);
  const answer = await reach(url, options);
  if (isStep && answer.ok) network.arrived.push(...JSON.parse(options.body).records);
  if (isStep && network.meanwhile) await typeMeanwhile();
  if (fate === FATES.unanswered) throw new TypeError("Failed to fetch");
  return fate === FATES.broken ? brokenOff(answer) : answer;
};

function brokenOff(answer) {
  const stream = new ReadableStream({ start: (each) => each.error(new TypeError("network error")) });
  return new Response(stream, { status: answer.status, headers: answer.headers });
}

async function typeMeanwhile() {
  const { item, said, isKept } = network.meanwhile;
  network.meanwhile = null;
  network.shown = await type(item, said, isKept);
}

function setDown(isDown) {
  network.isDown = isDown;
  if (isDown) sessionStorage.setItem(DOWN, "yes");
  else sessionStorage.removeItem(DOWN);
}

async function until(isSo) {
  const end = performance.now() + 15_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not in time: ${isSo}`);
    await new Promise((go) => setTimeout(go, 5));
  }
}

const importing = (path) => import(`${OFFLINE}/${path}`);
const opened = async () => (await importing("opened.js")).opened;
const shown = (item) => document.querySelector(`[data-view="form"]:not([hidden]) #answers #item-${item}`);

/** Open the form at a question, unless it is on the screen. */
async function open(visit, item) {
  if (shown(item)) return;
  window.location.hash = `#visit/${visit}/item/${item}`;
  await until(() => shown(item));
}

/** Go to the list of visits. */
async function close() {
  window.location.hash = "#visits";
  await until(() => document.querySelector('[data-view="form"]').hidden);
}

async function look(item) {
  const question = shown(item);
  if (!question) return null;
  const { contentOf } = await import("/static/js/form/content.js");
  const { form } = await opened();
  const panel = question.querySelector("[data-clash]");
  const clash = panel && form.desk.saver.states.get(question).clash;
  if (panel && panel.querySelector("[data-comment]").textContent !== clash?.comment) throw new Error("another text is shown than would be taken");
  return { said: saidIn(contentOf(question)), other: clash && saidIn(clash) };
}

function saidIn({ fields, comment, urgent }) {
  return [(fields.value ?? []).join(""), comment, urgent];
}

/** Put an answer, a comment and the mark into the fields at once; returns what was shown before, null where nothing is. */
async function type(item, [typed, comment, urgent], isKept) {
  const before = await look(item);
  if (!before) return null;
  const { putContent, contentOf } = await import("/static/js/form/content.js");
  const { form } = await opened();
  const question = shown(item);
  putContent(question, { ...contentOf(question), fields: typed ? { value: [typed] } : {}, comment, urgent });
  question.querySelector(`[name="${item}.comment"]`).dispatchEvent(new Event("input", { bubbles: true }));
  if (isKept) await form.desk.saver.flush();
  return before;
}

window.inHand = {
  setDown,
  open,
  close,
  type,

  /** Return what the fields of each question hold, and the other text where there is a clash; null where it is not shown. */
  async look(items) {
    return Object.fromEntries(await Promise.all(items.map(async (item) => [item, await look(item)])));
  },

  /** Settle a clash by a button of its panel; returns what was shown before, null where there is none. */
  async settle(item, isTheirs) {
    const before = await look(item);
    if (!before?.other) return null;
    shown(item).querySelector(isTheirs ? "[data-clash] [data-take]" : "[data-clash] [data-settle]").click();
    await (await opened()).form.desk.saver.flush();
    return before;
  },

  /** Let the device do what it does when there is a network, until it has done all it can. */
  async synchronise(fates) {
    const { catchUp } = await importing("traffic.js");
    Object.assign(network, { sent: [], arrived: [], shown: null }, fates);
    setDown(false);
    await catchUp();
    setDown(true);
    Object.assign(network, { fate: FATES.answered, isTwice: false, meanwhile: null });
    await (await opened()).form.desk.saver?.flush();
    return { sent: network.sent, arrived: network.arrived, shown: network.shown };
  },

  /** Let something that was sent before arrive now, whatever became of it; nobody hears the answer. */
  async deliver(visit, records) {
    const { own } = await opened();
    const { post, signedIn } = await importing("handing_in.js");
    const page = document.getElementById("device-texts").dataset;
    setDown(false);
    await signedIn(page.sessionUrl, own.person);
    await post(`${page.visitsUrl}${visit}/hand-in`, { device: own.deviceId, records });
    setDown(true);
  },

  /** Let every visit leave the device, whatever lies there of it. */
  async forget() {
    const { visits } = await opened();
    for (const { visit } of visits.all) await visits.remove(visit, () => true);
  },

  /** Return which questions wait for a decision. */
  async clashes(visit) {
    const { visits } = await opened();
    return visits.work(visit).filter(({ clash, data }) => clash && !data.settles).map(({ key }) => key);
  },

  /** Return how much waits to be handed in, and how much of it was refused. */
  async waiting(visit) {
    const { visits } = await opened();
    return [visits.unsent(visit).length + visits.unconfirmed(visit), visits.work(visit).filter(({ refused }) => refused).length];
  },
};
