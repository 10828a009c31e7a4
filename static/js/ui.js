/** Small comforts: menus that close, the error summary in focus, the count of unsaved work. */

let unsaved = 0;

/** Begin to serve the menus of this page. */
export function startInterface() {
  document.addEventListener("click", (event) => closeMenus((menu) => !menu.contains(event.target)));
  document.addEventListener("focusin", (event) => closeMenus((menu) => !menu.contains(event.target)));
  document.addEventListener("keydown", closeByEscape);
  window.addEventListener("beforeunload", (event) => unsaved > 0 && event.preventDefault());
  for (const button of document.querySelectorAll("[data-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => closeAndReturn(button.closest("details")));
  }
  document.querySelector(".error-summary")?.focus();
}

/** Show how many pieces of work are not yet saved, and ask before the page is left while there are any. */
export function showUnsaved(count) {
  unsaved = count;
  const strip = document.getElementById("unsaved-strip");
  strip.querySelector("[data-count]").textContent = new Intl.NumberFormat(document.documentElement.lang).format(count);
  strip.hidden = count === 0;
}

function closeMenus(shouldClose) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (shouldClose(menu)) menu.open = false;
  }
}

function closeByEscape(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu) closeAndReturn(menu);
  else closeMenus(() => true);
}

function closeAndReturn(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
