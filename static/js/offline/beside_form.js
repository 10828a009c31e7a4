/** What lies beside the form of a visit on this device: talks, drafts of recommendations, the place. */

import { newId } from "../form/ids.js";
import { keepChecks, showChecks } from "./checks.js";
import { opened } from "./opened.js";
import { UnfitText, canSeal } from "./sealing.js";
import { on, sayWrong, showUnsent, tellFailure } from "./saying.js";
import { day, moment, number, piece, sideBySide, text } from "./texts.js";
import { Unfinished } from "./unfinished.js";

/** This browser cannot seal. */
class CannotSeal extends Error {}

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
  const { visitId, name } = draft;
  await draft.finish(({ text: words, addressee, priority }) => opened.visits.keep(visitId, "recommendation", newId(), { text: words, addressee, priority, items: [] }, name));
  showDrafts(visitId);
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
  const { visitId, values } = line;
  if (values.note && [values.agreed_to_talk, values.agreed_to_notes].includes("no")) return sayWrong(text("no_notes"));
  sayWrong("");
  const making = line.finish((said) => addTalk(visitId, said));
  line.form.elements.partner.focus(); // at once: the next line is typed while this one is sealed
  try {
    await making;
  } catch (error) {
    if (error instanceof UnfitText) return sayWrong(text("unfit_text"));
    if (error instanceof CannotSeal) return sayWrong(text("cannot_seal"));
    throw error;
  }
  return showTalks(visitId);
}

async function addTalk(visitId, { partner, sex, age, people, where, agreed_to_talk, agreed_to_notes, note }) {
  if (!(await canSeal())) throw new CannotSeal();
  const heard = agreed_to_talk === "no" ? 0 : Number(people); // who refuses is counted as a refusal, not as a talk
  await opened.visits.addTalk(visitId, { partner, sex, age, people: heard }, { where, note, agreed_to_talk, agreed_to_notes }, line.name);
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
