/**
 * Reads the code of a page off a picture of its square. Where the browser reads squares itself (BarcodeDetector), it
 * does; elsewhere a library does, which is fetched when it is first needed. Pictures stay in the browser.
 */

const FORMAT = "qr_code";
const SIDES = [1000, 2000]; // pixels of the longer side: small is fast, and a square far away needs more
const CODE = /^\d{11,12}$/;
const canvas = document.createElement("canvas");

let reader = null; // a promise of what reads a picture: (picture, width, height) -> texts

/** Return the code in a picture (an ImageBitmap or a video) of this size; null where there is none. */
export async function codeIn(picture, width, height) {
  reader ??= browsersOwn().then((own) => own ?? library());
  const texts = await (await reader)(picture, width, height);
  return texts.find((text) => CODE.test(text)) ?? null;
}

async function browsersOwn() {
  if (!("BarcodeDetector" in window) || !(await window.BarcodeDetector.getSupportedFormats()).includes(FORMAT)) return null;
  const detector = new window.BarcodeDetector({ formats: [FORMAT] });
  return async (picture) => (await detector.detect(picture)).map((found) => found.rawValue);
}

async function library() {
  await import("../../vendor/jsqr.js"); // no module: it names itself
  const { jsQR } = window;
  return (picture, width, height) => {
    for (const side of SIDES) {
      const scale = Math.min(1, side / Math.max(width, height));
      const { data, width: columns, height: rows } = points(picture, Math.round(width * scale), Math.round(height * scale));
      const found = jsQR(data, columns, rows, { inversionAttempts: "dontInvert" });
      if (found) return [found.data];
      if (scale === 1) break;
    }
    return [];
  };
}

function points(picture, width, height) {
  Object.assign(canvas, { width, height });
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(picture, 0, 0, width, height);
  return drawing.getImageData(0, 0, width, height);
}
