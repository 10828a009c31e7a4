/** The list of visits on this device, what the office refused, and transfer files. */

import { judgement } from "./checks.js";
import { opened } from "./opened.js";
import { on, sayDone, sayWrong, show, showUnsent, views } from "./saying.js";
import { WrongPassphrase } from "./store.js";
import { day, moment, number, piece, sideBySide, text } from "./texts.js";
import { catchUp, confirmKey, handInNow, removeVisit } from "./traffic.js";
import { NotATransferFile, OfAnotherMechanism, takeOver, transferFile } from "./transfer.js";

const view = views.get("visits");

on(view.querySelector("[data-export]"), "submit", saveTransferFile);
on(view.querySelector("[data-import]"), "submit", openTransferFile);

/** Show the list. */
export function showVisits() {
  show("visits");
  const { all } = opened.visits;
  view.querySelector("[data-none]").hidden = all.length > 0;
  view.querySelector("[data-list]").replaceChildren(...all.map(visitRow));
  showRefused();
  showUnsent();
}

function visitRow({ visit, pack, receipt, keep }) {
  const { visits } = opened;
  const row = piece("visit-row");
  const unsent = visits.unsent(visit).length;
  const clashes = visits.work(visit).filter((record) => record.clash).length;
  const items = visits.items(visit);
  row.dataset.visit = visit;
  row.querySelector("[data-open]").textContent = pack.visit.place;
  row.querySelector("[data-open]").href = `#visit/${visit}/form/1`;
  row.querySelector("[data-facts]").textContent = sideBySide([pack.visit.reference, day(pack.visit.started_on), text("taken_at", { time: moment(pack.taken_at) })]);
  row.querySelector("[data-counts]").textContent = text("visit_counts", { answered: number(items.filter((item) => visits.isAnswered(visit, item)).length), asked: number(items.length) });
  const states = [unsent ? text("to_hand_in", { count: number(unsent) }) : receipt ? text("receipt", { count: number(receipt.count), time: moment(receipt.at) }) : text("nothing_to_hand_in")];
  if (clashes) states.push(text("clash", { count: number(clashes) }));
  const unfinished = visits.unfinished(visit).length;
  if (unfinished) states.push(text("unfinished", { count: number(unfinished) }));
  row.querySelector("[data-state]").textContent = states.join(" ");
  if (pack.sealing) row.querySelector("[data-key]").textContent = text("sealed_to", { fingerprint: pack.sealing.compartment.letters });
  if (pack.offered) askForKey(row.querySelector("[data-confirm-key]"), visit, pack);
  row.querySelector("[data-keep]").checked = keep;
  on(row.querySelector("[data-keep]"), "change", (box) => keepAsTicked(visit, box));
  on(row.querySelector("[data-hand-in]"), "click", () => handInNow(visit));
  on(row.querySelector("[data-remove]"), "click", () => removeVisit(visit));
  return row;
}

/** Keep a visit here, or not; who ticks again while the disk still writes means the last tick. The box is busy until then. */
async function keepAsTicked(visit, box) {
  const { visits } = opened;
  const isKept = () => visits.visit(visit)?.keep ?? box.checked; // what has left meanwhile needs no note
  box.ariaBusy = "true";
  try {
    while (isKept() !== box.checked) await visits.note(visit, { keep: box.checked });
  } finally {
    box.checked = isKept();
    box.ariaBusy = null;
  }
}

/** The office offers another key than this device seals to: only a person who compared its letters lets it in. */
function askForKey(question, visit, { offered }) {
  question.hidden = false;
  question.querySelector("[data-why]").textContent = text("other_key");
  on(question, "submit", async () => (await confirmKey(visit, offered, question.elements.typed.value)) && showVisits());
}

/** Whether somebody is typing the letters of a key: the row must not be drawn anew under their fingers. */
export function isConfirming() {
  return [...view.querySelectorAll("[data-confirm-key] input")].some((field) => field.value !== "" || field === document.activeElement);
}

function showRefused() {
  const { visits } = opened;
  const refused = visits.all.flatMap(({ visit }) => visits.work(visit).filter((record) => record.refused));
  document.querySelector("[data-refused-part]").hidden = refused.length === 0;
  document.querySelector("[data-refused]").replaceChildren(...refused.map(refusedRow));
}

function refusedRow(record) {
  const { visits } = opened;
  const row = piece("refused-row");
  const { what, key, data } = record;
  const names = { answer: () => text("answer_of", { item: numberOf(key) }), finding: () => text("finding_of", { topic: nameOf(key) }), recommendation: () => text("recommendation"), check: () => text("check_of", { reference: recommendationOf(record).reference }), photo: () => data.name, talk: () => text("talk") };
  row.querySelector("[data-title]").textContent = names[what]();
  row.querySelector("[data-why]").textContent = record.refused;
  row.querySelector("[data-text]").textContent = [...Object.values(data.fields ?? {}).flat(), data.comment, data.found, data.why, data.text, judgement(data.state), data.note].filter(Boolean).join("\n");
  row.querySelector("[data-mend]").href = `#visit/${record.visit}/${placeOf(record)}`;
  on(row.querySelector("[data-again]"), "click", async () => {
    await visits.tryAgain(record.id);
    await handInNow(record.visit);
  });
  on(row.querySelector("[data-drop]"), "click", () => visits.drop([record]).then(showVisits));
  return row;
}

/** Where on the pages of its visit a record is mended. */
function placeOf({ visit, what, key }) {
  if (what === "answer") return `item/${key}`;
  if (what === "finding") return `item/${opened.visits.itemsOf(visit, key)[0]}`;
  return { recommendation: "recommendations", talk: "talks", check: "place" }[what] ?? "form";
}

function numberOf(item) {
  return document.getElementById("guide-questions").content.querySelector(`#item-${CSS.escape(item)} .item-number`)?.textContent ?? item;
}

function recommendationOf({ visit, key }) {
  return opened.visits.visit(visit).pack.recommendations.find((one) => one.id === key) ?? { reference: "" };
}

function nameOf(topic) {
  return document.getElementById("guide-topics").content.querySelector(`[data-topic="${CSS.escape(topic)}"] h2`)?.textContent ?? topic;
}

async function saveTransferFile(form) {
  const { passphrase } = form.elements;
  try {
    const made = await transferFile(opened.visits, passphrase.value);
    form.reset();
    if (!made) return sayWrong(text("nothing_to_transfer"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([made], { type: "application/octet-stream" }));
    link.download = "transfer.monitor";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return sayWrong("");
  } catch (error) {
    if (!(error instanceof WrongPassphrase)) throw error;
    return sayWrong(error.seconds ? text("wait", { seconds: number(error.seconds) }) : text("wrong_passphrase"));
  }
}

async function openTransferFile(form) {
  const { file, passphrase } = form.elements;
  sayWrong("");
  try {
    const { count, missing } = await takeOver(opened.visits, await file.files[0].text(), passphrase.value);
    form.reset();
    sayDone(text("transferred", { count: number(count) }));
    sayWrong(missing.length ? text("transfer_other_visits", { places: missing.join("; ") }) : "");
    showVisits();
    catchUp();
  } catch (error) {
    if (error instanceof NotATransferFile) sayWrong(text("not_this_file"));
    else if (error instanceof OfAnotherMechanism) sayWrong(text("of_another_mechanism"));
    else if (error instanceof WrongPassphrase) sayWrong(text("file_does_not_open"));
    else throw error;
  }
}
