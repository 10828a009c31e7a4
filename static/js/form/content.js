/** What one question holds: read from its fields, put into them, and kept free of answers that exclude each other. */

const CODES = ["not_examined", "not_applicable"];
const orders = new WeakMap(); // group of tick boxes -> what is ticked, in the order of ticking
const stashed = new WeakMap(); // question -> figures that gave way to a code

/** Return {fields, comment, sources, urgent} as the server reads it. */
export function contentOf(question) {
  const fields = {};
  for (const control of valueControls(question)) {
    if (isTickable(control) ? !control.checked || control.value === "" : control.value.trim() === "") continue;
    const name = control.name.slice(question.dataset.item.length + 1);
    (fields[name] ??= []).push(control.value);
  }
  for (const group of question.querySelectorAll('.options[data-order]')) inOrder(fields.value, group);
  const sources = [...question.querySelectorAll(`[name="${question.dataset.item}.sources"]:checked`)].map((box) => box.value);
  inOrder(sources, question.querySelector(".item-sources"));
  return {
    fields,
    comment: named(question, "comment").value.replaceAll("\r\n", "\n"),
    sources,
    urgent: named(question, "urgent").checked,
  };
}

/** Put a content into the fields; what they held before is gone. */
export function putContent(question, { fields, comment, sources, urgent }) {
  for (const control of valueControls(question)) {
    const texts = fields[control.name.slice(question.dataset.item.length + 1)] ?? [];
    if (isTickable(control)) control.checked = texts.includes(control.value);
    else control.value = texts.find((text) => !CODES.includes(text)) ?? "";
  }
  for (const box of question.querySelectorAll(`[name="${question.dataset.item}.sources"]`)) box.checked = sources.includes(box.value);
  named(question, "comment").value = comment;
  named(question, "urgent").checked = urgent;
  for (const group of question.querySelectorAll(".options[data-order]")) orders.set(group, [...(fields.value ?? [])]);
  orders.set(question.querySelector(".item-sources"), [...sources]);
}

/** Return the fields that were changed since the server wrote them, such as what was typed before the script was there. */
export function changedControls(question) {
  const controls = [...question.elements].filter((control) => control.matches('input:not([type="hidden"]), textarea'));
  return controls.filter((control) =>
    isTickable(control) ? control.checked !== control.defaultChecked : control.value !== control.defaultValue,
  );
}

/** Say whether the question has an answer, whatever its comment. */
export function isAnswered(question) {
  return Object.keys(contentOf(question).fields).length > 0;
}

/** Return one text by which two contents can be told apart. */
export function fingerprint(content) {
  return JSON.stringify(content);
}

/** Return the options of a question that a key can choose, in their order. */
export function optionsOf(question) {
  return [...question.querySelectorAll(".option:not(.option-clear) input")];
}

/** Return the box or button of "not examined" or "not applicable"; undefined for a text. */
export function codeOption(question, code) {
  return optionsOf(question).find((input) => input.value === code);
}

/** Take the answer back; comment, sources and flag stay. */
export function clearAnswer(question) {
  putContent(question, { ...contentOf(question), fields: {} });
}

/** Keep what was just changed in agreement with the rest of its question. */
export function settleControls(question, control) {
  if (control.type === "radio" && control.value === "") {
    clearAnswer(question);
    return optionsOf(question)[0].focus();
  }
  if (control.type === "checkbox") noteOrder(control);
  if (!control.name.startsWith(`${question.dataset.item}.value`)) return undefined;
  if (control.type === "checkbox") return settleBoxes(question, control);
  if (control.type === "text" && control.value !== "") {
    for (const code of CODES) {
      const box = codeOption(question, code);
      if (box) box.checked = false;
    }
  }
  return undefined;
}

function settleBoxes(question, box) {
  const figures = valueControls(question).filter((control) => control.type === "text");
  if (box.checked) {
    for (const other of optionsOf(question)) {
      if (other !== box && (box.hasAttribute("data-alone") || other.hasAttribute("data-alone"))) other.checked = false;
    }
    if (figures.some((figure) => figure.value)) {
      stashed.set(question, figures.map((figure) => figure.value));
      for (const figure of figures) figure.value = "";
    }
  } else if (stashed.has(question) && figures.every((figure) => !figure.value)) {
    stashed.get(question).forEach((text, place) => (figures[place].value = text));
    stashed.delete(question);
  }
}

function noteOrder(box) {
  const group = box.closest("[data-order]");
  if (group) orders.set(group, [...orderOf(group).filter((value) => value !== box.value), ...(box.checked ? [box.value] : [])]);
}

function orderOf(group) {
  return orders.get(group) ?? group.dataset.order.split(" ").filter(Boolean);
}

function inOrder(values, group) {
  const order = orderOf(group);
  values?.sort((one, other) => order.indexOf(one) - order.indexOf(other));
}

function valueControls(question) {
  const name = `${question.dataset.item}.value`;
  return [...question.elements].filter((control) => control.name === name || control.name?.startsWith(`${name}.`));
}

function named(question, part) {
  return question.querySelector(`[name="${question.dataset.item}.${part}"]`);
}

function isTickable(control) {
  return control.type === "radio" || control.type === "checkbox";
}
