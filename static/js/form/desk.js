/**
 * What every form of a visit does, on the office's page and on a device: saves by itself what is typed, shows what
 * became of it, and is quick by keyboard.
 */

import { showClashes, startClashes } from "./clash.js";
import { changedControls, codeOption, isAnswered, settleControls } from "./content.js";
import { focusQuestion, startKeys } from "./keys.js";
import { Saver } from "./saving.js";
import { showSaving } from "./showing.js";
import { endsWord } from "./typing.js";

const TEXT = 'textarea, input[type="text"]';

/** A form whose questions are saved by `deliver`; `go` leads to other pages, see keys.js. */
export class Desk {
  constructor(form, deliver, go) {
    this.form = form;
    this.deliver = deliver;
    this.saver = null;
    this.wasHeldBack = false;
    form.addEventListener("input", (event) => this.take(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.saver?.atRisk.length) event.preventDefault();
    });
    startClashes(() => this.saver);
    startKeys(form, go, (question) => this.saver.touch(question, "choice"));
    if (!CSS.supports("field-sizing", "content")) form.addEventListener("input", (event) => event.target.matches("textarea") && grow(event.target));
  }

  /** Work on the questions that the form shows now; those before must have been saved. */
  open() {
    this.saver?.stop();
    this.saver = new Saver(this.deliver, this.questions, (saver, answer) => this.tell(saver, answer));
    if (!CSS.supports("field-sizing", "content")) this.form.querySelectorAll("textarea").forEach(grow);
    return this.saver;
  }

  get questions() {
    return [...this.form.querySelectorAll("[data-item]:not(:disabled)")];
  }

  tell(saver, answer) {
    showClashes(saver);
    showSaving(saver, answer);
    if (!saver.atRisk.length) this.wasHeldBack = false;
  }

  take(event) {
    const question = event.target.closest("[data-item]");
    if (!question || question.disabled || !event.target.name) return;
    settleControls(question, event.target);
    this.saver.touch(question, changeOf(event));
  }

  /** Save what was typed before this script was there, after it is brought in agreement with the rest of its question. */
  saveEarlyTyping() {
    for (const question of this.saver.unsent) {
      const given = changedControls(question).filter((control) => (control.type === "radio" ? control.checked && control.value : true));
      for (const control of given) settleControls(question, control);
      this.saver.touch(question, "letter");
    }
  }

  /** Answer "not examined" to what nobody has answered in a topic. */
  restNotExamined(topic) {
    for (const question of topic.querySelectorAll("[data-item]:not(:disabled)")) {
      const option = codeOption(question, "not_examined");
      if (!option || isAnswered(question)) continue;
      option.checked = true;
      settleControls(question, option);
      this.saver.mark(question, { only_if_unanswered: true });
      this.saver.touch(question, "choice");
    }
    this.saver.flush();
  }

  /** Save everything; returns whether the page may be left. What cannot be saved is shown first; a second try may. */
  async isFree() {
    await this.saver.flush();
    const held = this.saver.atRisk[0];
    if (!held || this.wasHeldBack) return true;
    this.wasHeldBack = true;
    focusQuestion(held);
    return false;
  }
}

function changeOf(event) {
  if (!event.target.matches(TEXT)) return "choice";
  return endsWord(event) ? "word" : "letter";
}

function grow(field) {
  field.rows = Math.max(2, field.value.split("\n").length, Math.ceil(field.value.length / 80));
}
