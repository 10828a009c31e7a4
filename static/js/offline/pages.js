/** The pages by which visits are filled: one for each language and version of the guide, kept by the service worker. */

import { page } from "./texts.js";

const HERE = document.documentElement.lang;

/** Return the pages that a visit needs: in the language of this page and, where there is one, in its own. */
export function pagesFor({ guide, visit }) {
  const own = tagOf(visit.language);
  const languages = page.languages.split(" ").includes(own) ? [HERE, own] : [HERE];
  return [...new Set(languages)].map((language) => pathOf(language, guide));
}

/** Return the kept page of the visit's own version of the guide, where that is another one; null for none. */
export async function pageOfItsVersion({ guide }) {
  if (guide === page.version) return null;
  const kept = await keptPages();
  return kept.find((path) => path === pathOf(HERE, guide)) ?? kept.find((path) => path.endsWith(`/${guide}`)) ?? null;
}

/** Return the kept page in the visit's own language, where that is another one: {path, name}; null for none. */
export async function pageInItsLanguage({ guide, visit }) {
  const own = tagOf(visit.language);
  if (own === HERE || !(await keptPages()).includes(pathOf(own, guide))) return null;
  return { path: pathOf(own, guide), name: new Intl.DisplayNames([own], { type: "language" }).of(own) };
}

async function keptPages() {
  const found = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  }
  return found.filter((path) => path.startsWith("/offline/"));
}

function pathOf(language, guide) {
  return `/offline/${language}/${guide}`;
}

function tagOf(language) {
  return language.replace("_", "-");
}
