/** Photos of rooms and objects: made anew and smaller on the device, so that nothing a camera adds goes along. */

import { toText } from "./store.js";

const LONGEST_SIDE = 1600; // pixels
const MOST_PIXELS = 60_000_000;
const LARGEST_FILE = 50 * 1024 * 1024; // bytes
const QUALITY = 0.8;

/** The file is no picture, or it is too large; `name` is a sentence of the page. */
export class UnfitPhoto extends Error {}

/** Return {data, width, height} of a picture: a fresh JPEG in base 64. Raises UnfitPhoto. */
export async function photoOf(file) {
  if (file.size > LARGEST_FILE || (await pixelsOf(file)) > MOST_PIXELS) throw new UnfitPhoto("too_large_picture");
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new UnfitPhoto("not_a_picture");
  }
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return { data: toText(new Uint8Array(await made.arrayBuffer())), width: canvas.width, height: canvas.height };
  } finally {
    picture.close();
  }
}

/** Return how many pixels a picture says it has: a browser reads the head of an image and unpacks what it shows only. */
async function pixelsOf(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject, src: address }));
    return image.naturalWidth * image.naturalHeight;
  } catch {
    throw new UnfitPhoto("not_a_picture");
  } finally {
    URL.revokeObjectURL(address);
  }
}
