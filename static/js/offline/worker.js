/**
 * The service worker: keeps the static page of each language and guide that a device needs, and the files of these
 * pages. It never keeps anything else: what the office's pages show is not written to the disk.
 *
 * The server puts RELEASE and FILES in front. Every release fills a cache of its own and then takes over.
 */

/* global RELEASE, FILES */

const PREFIX = "monitor-";
const CACHE = PREFIX + RELEASE;
const GONE = 404;
const PAGE = /^\/offline\/[A-Za-z-]+\/[\w.]+$/;

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.waitUntil(keepPage(event)));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PAGE.test(url.pathname)) event.respondWith(page(url.pathname));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(file(event));
  else if (event.request.mode === "navigate") event.respondWith(otherPage(event.request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map((path) => put(cache, path)));
  for (const [path, before] of await pagesBefore()) {
    try {
      await put(cache, path);
    } catch (error) {
      if (error.status !== GONE) throw error; // then all stays as it was: an old page must not meet new scripts
      await cache.put(path, before); // the server no longer has it, and drafts were made by it
    }
  }
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function put(cache, path) {
  const answer = await fetch(new Request(path, { cache: "reload", credentials: "omit" }));
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
  await cache.put(path, answer);
}

/** Return the pages that earlier releases kept: [path, answer]. */
async function pagesBefore() {
  const found = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const path = new URL(request.url).pathname;
      if (PAGE.test(path)) found.set(path, await cache.match(request, { ignoreVary: true }));
    }
  }
  return found;
}

/** A page asks that a page be kept: {keep: path}; answered with {kept: true or false}. */
async function keepPage(event) {
  let kept = PAGE.test(event.data?.keep ?? "");
  if (kept) {
    kept = await put(await caches.open(CACHE), event.data.keep).then(() => true, () => false);
  }
  event.ports[0]?.postMessage({ kept });
}

async function page(path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(path);
}

/** Files come from the cache for our own pages alone: the office's pages take what the server has now. */
async function file(event) {
  const client = event.clientId && (await self.clients.get(event.clientId));
  if (client && PAGE.test(new URL(client.url).pathname)) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(event.request.url, { ignoreVary: true });
    if (kept) return kept;
  }
  return fetch(event.request);
}

/** Without a network, every other page leads to the one that works without. */
async function otherPage(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const [path] = [...(await pagesBefore()).keys()];
    if (!path) throw error;
    return Response.redirect(path, 302);
  }
}
