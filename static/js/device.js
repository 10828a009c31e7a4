/** What lies on this device and not yet at the office, told on every page: the count alone stands in the clear there. */

const NAME = "monitor"; // the database of static/js/offline/store.js

/** Show the strip where something waits on this device. */
export async function showWhatWaitsOnTheDevice() {
  const strip = document.getElementById("device-strip");
  const all = (await window.indexedDB?.databases?.()) ?? [];
  if (!all.some(({ name }) => name === NAME)) return;
  const count = await unsent();
  strip.querySelector("[data-count]").textContent = new Intl.NumberFormat(document.documentElement.lang).format(count);
  strip.hidden = count === 0;
}

function unsent() {
  return new Promise((resolve) => {
    const opening = indexedDB.open(NAME);
    opening.onerror = () => resolve(0);
    opening.onsuccess = () => {
      const database = opening.result;
      const asking = database.transaction("device").objectStore("device").getAll();
      asking.onsuccess = () => resolve(asking.result[0]?.unsent ?? 0);
      asking.onerror = () => resolve(0);
      database.close();
    };
  });
}
