/** The form of a recommendation: what is chosen decides at once which topics and standards are shown. */

const basis = document.getElementById("basis");
const followers = document.querySelectorAll("#standards [data-behind]"); // each names the answers that bring it
const nothing = document.querySelector("#standards [data-none]");

function answersIn(part) {
  return Array.from(part.querySelectorAll('input[name="items"]'));
}

function offer() {
  const chosen = new Set(answersIn(basis).filter((box) => box.checked).map((box) => box.value));
  for (const one of followers) {
    const isBrought = one.dataset.behind.split(" ").some((id) => chosen.has(id));
    one.hidden = !isBrought && !one.querySelector("input")?.checked;
  }
  nothing.hidden = chosen.size > 0;
}

function choose({ target }) {
  const topic = target.closest("[data-topic]");
  const finding = topic.querySelector('input[name="findings"]');
  const boxes = answersIn(topic);
  if (target === finding) {
    const taken = finding.dataset.takes.split(" ");
    for (const box of boxes) box.checked = finding.checked && (box.checked || taken.includes(box.value));
  } else if (finding) {
    finding.checked = boxes.some((box) => box.checked);
  }
  offer();
}

basis.querySelector("[data-without-script]")?.remove();
basis.addEventListener("change", choose);
offer();
