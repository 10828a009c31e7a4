/** The form of a visit on this device: the questions of the office's page, kept here instead of being sent. */

import { answerWords } from "../form/clash.js";
import { putContent } from "../form/content.js";
import { Desk } from "../form/desk.js";
import { newId } from "../form/ids.js";
import { focusQuestion } from "../form/keys.js";
import { Undelivered } from "../form/saving.js";
import { showUnsaved } from "../ui.js";
import { Findings } from "./findings.js";
import { hintsOf } from "./hints.js";
import { UnfitPhoto, photoOf } from "./photos.js";
import { tellFailure } from "./saying.js";
import { Full } from "./store.js";
import { day, moment, number, page, piece, sideBySide, text } from "./texts.js";

const PAUSES = { letter: 200, word: 0, choice: 0, longest: 300 }; // milliseconds: a lost battery takes the word being typed
const rules = JSON.parse(page.rules);
const view = document.querySelector('[data-view="form"]');
const form = document.getElementById("answers");
const place = form.querySelector("[data-topics]");

/** Shows one page of one visit's form after the other. */
export class FormPage {
  constructor(visits, tell) {
    this.visits = visits;
    this.tell = tell;
    this.visitId = null;
    this.number = 1;
    this.wasHeldBack = false;
    this.arriving = new Set(); // photos that are being unpacked and kept
    visits.onSettled = (visitId) => visitId === this.visitId && this.desk.saver && this.refresh();
    this.desk = new Desk(form, (changes) => this.keep(changes), { nextPage: () => this.toNextUnanswered(), nothingLeft: () => this.sayAllAnswered() });
    this.findings = new Findings(this, place);
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("change", (event) => this.change(event));
    form.addEventListener("click", (event) => this.click(event));
    form.querySelector("[data-next-unanswered]").addEventListener("click", (event) => {
      event.preventDefault();
      if (!this.toNextUnanswered()) this.sayAllAnswered();
    });
    document.getElementById("form-texts").dataset.saved = text("kept", { time: "{time}" });
    document.getElementById("form-texts").dataset.saving = text("keeping");
  }

  /** Show nothing any more, and let the page go without a question. */
  close() {
    this.desk.saver?.stop();
    this.desk.saver = null;
    showUnsaved(0);
    place.replaceChildren();
  }

  /** Whether the form of a visit is on the screen. */
  shows(visitId) {
    return !view.hidden && this.visitId === visitId;
  }

  get visit() {
    return this.visits.visit(this.visitId);
  }

  get pages() {
    return this.visit.pack.pages;
  }

  /** Save what is typed; returns whether the page may be left. */
  async isFree() {
    if (!this.desk.saver) return true;
    let isFree;
    do {
      await Promise.all(this.arriving);
      await this.findings.flush();
      isFree = (await this.desk.isFree()) && (this.findings.areKept() || this.wasHeldBack);
      this.wasHeldBack = !isFree; // a second try may leave what cannot be kept
      if (isFree) await this.visits.sealFinished(this.visitId);
    } while (isFree && this.isTypedOn());
    return isFree;
  }

  /** Whether something came while the rest was being sealed; what the disk refuses does not come again and again. */
  isTypedOn() {
    const { saver } = this.desk;
    return this.arriving.size > 0 || (saver.failure === null && saver.unsent.length > 0);
  }

  /** Show a page; `item` is the question to go to, if any. */
  show(visitId, number_, item = "") {
    this.visitId = visitId;
    this.number = Math.min(Math.max(1, item ? this.pageOf(item) : number_), Math.max(1, this.pages.length));
    const topics = this.pages[this.number - 1] ?? [];
    place.replaceChildren(...topics.map((topic) => this.topic(topic)));
    const saver = this.desk.open();
    saver.holdsClashes = false;
    saver.pauses = PAUSES;
    for (const question of saver.states.keys()) this.begin(saver, question);
    this.showWays();
    this.desk.tell(saver, this.state());
    if (item) focusQuestion(document.getElementById(`item-${item}`));
  }

  pageOf(item) {
    return this.pages.findIndex((topics) => topics.some((topic) => topic.items.includes(item))) + 1;
  }

  topic({ topic, items }) {
    const section = document.getElementById("guide-topics").content.querySelector(`[data-topic="${CSS.escape(topic)}"]`).cloneNode(true);
    const rest = section.querySelector(".topic-rest");
    const isOpen = items.some((item) => !this.visit.pack.closed.includes(item));
    rest.hidden = !isOpen;
    for (const item of items) rest.before(this.question(item));
    if (this.visit.pack.may.finding) rest.after(this.findings.part(topic));
    return section;
  }

  question(item) {
    const question = document.getElementById("guide-questions").content.getElementById(`item-${item}`).cloneNode(true);
    const content = this.visits.content(this.visitId, item);
    question.disabled = this.visit.pack.closed.includes(item);
    putContent(question, content);
    const last = this.visit.pack.last?.answers[item];
    if (last) question.querySelector(".item-comment").before(this.lastAnswer(question, last));
    if (this.visit.pack.may.photo && !question.disabled) question.querySelector(".item-help").append(isProtected(question) ? piece("no-photo") : this.photos(item));
    const work = this.visits.workOn(this.visitId, "answer", item);
    if (work?.data.sealed) this.note(question, "sealed_answer", { time: moment(work.data.at) });
    else if (this.visit.pack.answers[item]?.is_answered && !this.visit.pack.answers[item].fields) this.note(question, "somebody_answered");
    return question;
  }

  note(question, name, values = {}) {
    const note = document.createElement("p");
    note.className = "note";
    note.dataset.sealed = "";
    note.textContent = text(name, values);
    question.querySelector("[data-sealed]")?.remove();
    question.querySelector("[data-problem]").after(note);
  }

  lastAnswer(question, last) {
    const found = piece("last-answer");
    found.querySelector("summary").textContent = text("last_visit", { day: day(this.visit.pack.last.on) });
    for (const words of answerWords(question, { fields: last.fields, urgent: false })) {
      const line = document.createElement("li");
      line.textContent = words;
      found.querySelector("[data-answer]").append(line);
    }
    found.querySelector("[data-comment]").textContent = last.comment;
    return found;
  }

  /** The fields hold what lies on the device: nothing of it is to be kept again. */
  begin(saver, question) {
    const item = question.dataset.item;
    const work = this.visits.workOn(this.visitId, "answer", item);
    const state = saver.states.get(question);
    saver.keep(question, this.visits.content(this.visitId, item).base);
    state.mark = work ? markOf(work) : null;
    if (work?.clash) state.clash = work.clash;
    if (work?.refused) state.problems = { office: work.refused };
  }

  /** The office answered while the page was open: show what became of it, and what others wrote. */
  refresh() {
    const { saver } = this.desk;
    for (const [question, state] of saver.states) {
      const item = question.dataset.item;
      const work = this.visits.workOn(this.visitId, "answer", item);
      const present = this.visit.pack.answers[item];
      state.mark = work ? markOf(work) : null;
      state.clash = work?.clash ?? null;
      state.isSettled = !state.clash;
      state.problems = work?.refused ? { office: work.refused } : null;
      const moved = this.visit.moved[item];
      if (!work && moved && moved.to === present?.base) saver.rebase(question, present.base);
      else if (!work && present?.fields && present.base !== state.base) state.overtakenBy = { ...present, revision: present.base, by: "" };
    }
    this.desk.tell(saver, this.state());
    this.findings.refresh();
    for (const part of place.querySelectorAll(".offline-photos")) this.fillPhotos(part, part.closest("[data-item]").dataset.item);
  }

  /** Keep changes on the device; see Saver. */
  async keep(changes) {
    const { visitId } = this; // whoever goes on meanwhile shows another one
    const results = [];
    for (const { id, item, base, fields, comment, sources, urgent, settles, only_if_unanswered: onlyIf } of changes) {
      if (onlyIf && this.visits.isAnswered(visitId, item)) {
        results.push({ id, item, outcome: "unchanged", revision: base });
        continue;
      }
      const data = { base, fields, comment, sources, urgent, ...(settles ? { settles: true } : {}), ...(onlyIf ? { only_if_unanswered: true } : {}) };
      const revision = await this.write(visitId, "answer", item, data);
      results.push({ id, item, outcome: "applied", revision, mark: "kept" });
    }
    this.tell();
    return { ...this.state(), results };
  }

  async write(visitId, what, key, data) {
    try {
      return await this.visits.keep(visitId, what, key, data);
    } catch (error) {
      if (error instanceof Full) throw new Undelivered(text("full"), false);
      throw new Undelivered(text("not_kept"), true);
    }
  }

  /** Progress, hints and the moment, as the server gives them to the form's page. */
  state() {
    const items = this.visits.items(this.visitId);
    const sections = new Map();
    for (const topics of this.pages) {
      for (const { topic, items: own } of topics) {
        const section = sectionOf(topic);
        const count = sections.get(section) ?? { answered: 0, asked: 0 };
        count.asked += own.length;
        count.answered += own.filter((item) => this.visits.isAnswered(this.visitId, item)).length;
        sections.set(section, count);
      }
    }
    const counts = [...sections.values()];
    const all = { answered: counts.reduce((sum, each) => sum + each.answered, 0), asked: items.length };
    return {
      results: [],
      progress: Object.fromEntries([...sections].map(([section, count]) => [section, { ...count, text: ratio(count) }])),
      total: ratio(all),
      hints: hintsOf(rules, items, this.visit.pack.types, (item) => this.visits.content(this.visitId, item).fields ?? {}, document.documentElement.lang),
      writers: {},
      at: moment(Date.now()),
    };
  }

  showWays() {
    const { place: name, started_on: on } = this.visit.pack.visit;
    view.querySelector("[data-title]").textContent = sideBySide([name, day(on)], "\u00a0– ");
    document.title = view.querySelector("[data-title]").textContent;
    const address = (page_) => `#visit/${this.visitId}/form/${page_}`;
    const last = Math.max(1, this.pages.length);
    form.querySelector("[data-page-number]").textContent = text("page", { number: number(this.number), last: number(last) });
    link(form.querySelector("[data-previous]"), this.number > 1 ? address(this.number - 1) : "");
    link(form.querySelector("[data-next]"), this.number < last ? address(this.number + 1) : "");
    const rows = new Map();
    for (const [index, topics] of this.pages.entries()) {
      for (const { topic } of topics) {
        const section = sectionOf(topic);
        if (!rows.has(section)) rows.set(section, this.sectionRow(section, topic, address(index + 1), index + 1 === this.number));
        else if (index + 1 === this.number) rows.get(section).querySelector("a").setAttribute("aria-current", "true");
      }
    }
    view.querySelector("[data-sections]").replaceChildren(...rows.values());
  }

  sectionRow(section, topic, address, isHere) {
    const row = piece("section-row");
    row.querySelector("a").href = address;
    if (isHere) row.querySelector("a").setAttribute("aria-current", "true");
    row.querySelector("[data-name]").textContent = topicPiece(topic).querySelector(".form-section-name").textContent.trim();
    row.querySelector("[data-progress]").dataset.progress = section;
    row.querySelector("[data-done]").dataset.done = section;
    return row;
  }

  toNextUnanswered() {
    const later = [...this.pages.slice(this.number), ...this.pages.slice(0, this.number)].flat().flatMap((topic) => topic.items);
    const next = later.find((item) => !this.visit.pack.closed.includes(item) && !this.visits.isAnswered(this.visitId, item));
    if (!next) return false;
    window.location.hash = `#visit/${this.visitId}/item/${next}`;
    return true;
  }

  sayAllAnswered() {
    form.querySelector("[data-status]").textContent = document.getElementById("form-texts").dataset.allAnswered;
  }

  submit(event) {
    event.preventDefault();
    if (event.submitter?.name === "rest") this.desk.restNotExamined(event.submitter.closest(".form-topic"));
  }

  change(event) {
    if (!event.target.matches("[data-photo]")) return;
    const adding = this.addPhoto(event.target).finally(() => this.arriving.delete(adding));
    this.arriving.add(adding);
  }

  click(event) {
    const drop = event.target.closest("[data-drop-photo]");
    if (drop) this.dropPhoto(drop).catch(tellFailure);
  }

  photos(item) {
    const part = piece("photo-part");
    this.fillPhotos(part, item);
    part.open = part.querySelector("[data-photos]").childElementCount > 0;
    return part;
  }

  fillPhotos(part, item) {
    const own = this.visits.work(this.visitId).filter((record) => record.what === "photo" && record.data.item === item);
    const shown = [...part.querySelectorAll("[data-drop-photo]")].map((drop) => drop.dataset.dropPhoto);
    if (shown.join() === own.map(({ id }) => id).join()) return; // the button under a finger stays
    part.querySelector("[data-photos]").replaceChildren(
      ...own.map((record) => {
        const line = document.createElement("li");
        line.textContent = `${record.data.name} `;
        const drop = document.createElement("button");
        Object.assign(drop, { type: "button", className: "btn btn-link btn-sm", textContent: "✕" });
        drop.setAttribute("aria-label", `✕ ${record.data.name}`);
        drop.dataset.dropPhoto = record.id;
        line.append(drop);
        return line;
      }),
    );
  }

  async dropPhoto(button) {
    const record = this.visits.store.records.get(button.dataset.dropPhoto);
    const question = button.closest("[data-item]");
    if (record) await this.visits.drop([record]); // it may have been handed in meanwhile
    this.refreshPhotos(question);
  }

  refreshPhotos(question) {
    this.fillPhotos(question.querySelector(".offline-photos"), question.dataset.item);
    this.tell();
  }

  async addPhoto(input) {
    const question = input.closest("[data-item]");
    const item = question.dataset.item;
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const { visitId } = this; // unpacking takes a while, and somebody may go on to another visit
    try {
      const { data } = await photoOf(file);
      const name = `${text("photo")} ${this.visits.work(visitId).filter((record) => record.what === "photo").length + 1}.jpg`;
      await this.visits.keep(visitId, "photo", newId(), { item, name, note: "", data });
      if (question.isConnected) this.refreshPhotos(question);
    } catch (error) {
      if (error instanceof UnfitPhoto) this.tell(text(error.message));
      else this.tell(text(error instanceof Full ? "full" : "photo_not_kept"));
    }
  }
}

/** A device seals what is said to a protected question, and cannot seal photos: those go to the office's page. */
function isProtected(question) {
  return question.querySelector(":scope > .item-protected") !== null;
}

function markOf({ data }) {
  return data.sealed ? "sealed" : "kept";
}

function topicPiece(topic) {
  return document.getElementById("guide-topics").content.querySelector(`[data-topic="${CSS.escape(topic)}"]`);
}

function sectionOf(topic) {
  return topicPiece(topic).dataset.section;
}

function ratio({ answered, asked }) {
  return `${number(answered)}/${number(asked)}`;
}

function link(element, address) {
  element.hidden = !address;
  if (address) element.href = address;
}
