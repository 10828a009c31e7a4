/** What lies beside the form of a visit on this device: talks, drafts of recommendations, the place. */

import { newId } from "../form/ids.js";
import { keepChecks, showChecks } from "./checks.js";
import { opened } from "./opened.js";
import { UnfitText, canSeal } from "./sealing.js";
import { on, sayWrong, showUnsent, tellFailure } from "./saying.js";
import { day, moment, number, piece, sideBySide, text } from "./texts.js";
import { Unfinished } from "./unfinished.js";

const draft = new Unfinished(document.querySelector("[data-recommend]"), "recommendation");
const line = new Unfinished(document.querySelector("[data-talk]"), "talk");

on(draft.form, "submit", keepRecommendation);
on(line.form, "submit", keepTalk);

/** Show everything beside the form of a visit. */
export function showBeside(id) {
  draft.show(id);
  line.show(id);
  showDrafts(id);
  showTalks(id);
  showChecks(id);
  showPlace(opened.visits.visit(id).pack);
}

/** Keep what is being typed; resolves when the disk has it. */
export async function keepBeside() {
  await Promise.all([draft.flush(), line.flush(), keepChecks()]);
}

async function keepRecommendation() {
  await draft.flush(); // what is being kept must be there when it is finished
  const { text: words, addressee, priority } = draft.form.elements;
  await opened.visits.keep(draft.visitId, "recommendation", newId(), { text: words.value, addressee: addressee.value, priority: priority.value, items: [] });
  await draft.finish();
  showDrafts(draft.visitId);
}

function showDrafts(id) {
  const drafts = opened.visits.work(id).filter((record) => record.what === "recommendation");
  document.querySelector("[data-drafts]").replaceChildren(
    ...drafts.map((record) => {
      const row = piece("draft-row");
      row.querySelector("[data-text]").textContent = record.data.text;
      row.querySelector("[data-to]").textContent = record.data.addressee;
      row.querySelector("[data-drop]").addEventListener("click", () => drop(record).catch(tellFailure));
      return row;
    }),
  );
}

async function drop(record) {
  await opened.visits.drop([record]);
  showDrafts(record.visit);
  showUnsent();
}

async function keepTalk() {
  await line.flush();
  const { partner, sex, age, people, where, agreed_to_talk: toTalk, agreed_to_notes: toNotes, note } = line.form.elements;
  if (note.value && [toTalk.value, toNotes.value].includes("no")) return sayWrong(text("no_notes"));
  if (!(await canSeal())) return sayWrong(text("cannot_seal"));
  const heard = toTalk.value === "no" ? 0 : Number(people.value); // who refuses is counted as a refusal, not as a talk
  const counted = { partner: partner.value, sex: sex.value, age: age.value, people: heard };
  try {
    await opened.visits.addTalk(line.visitId, counted, { where: where.value, note: note.value, agreed_to_talk: toTalk.value, agreed_to_notes: toNotes.value });
  } catch (error) {
    if (!(error instanceof UnfitText)) throw error;
    return sayWrong(text("unfit_text"));
  }
  await line.finish();
  sayWrong("");
  showTalks(line.visitId);
  return partner.focus();
}

function showTalks(id) {
  const talks = opened.visits.work(id).filter((record) => record.what === "talk");
  document.querySelector("[data-talks]").replaceChildren(
    ...talks.map(({ data }) => {
      const row = piece("talk-row");
      const words = ["partner", "sex", "age"].map((name) => document.querySelector(`#talk-${name} option[value="${data.counted[name]}"]`).textContent);
      row.querySelector("[data-text]").textContent = sideBySide([...words, number(data.counted.people), text("sealed_at", { time: moment(data.at) })]);
      return row;
    }),
  );
}

function showPlace({ history }) {
  fillList("[data-history]", history.map((one) => sideBySide([day(one.on), text(`kind_${one.kind}`), text(`state_${one.state}`)])));
}

function fillList(selector, lines) {
  const all = lines.length ? lines : [text("none")];
  document.querySelector(selector).replaceChildren(
    ...all.map((words) => {
      const row = document.createElement("li");
      row.textContent = words;
      return row;
    }),
  );
}
