// Takes a comment over into the finding: appended, never replacing what stands there.
for (const button of document.querySelectorAll("[data-take-over]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    const text = document.getElementById(button.dataset.takeOver).textContent;
    field.value = field.value ? `${field.value.trimEnd()}\n\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
