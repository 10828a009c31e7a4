/**
 * Reads the square of a page off a photo, where the browser knows how (BarcodeDetector). The photo stays in the browser;
 * the code in it goes into the box, as if typed. Elsewhere the button stays hidden. Nothing imports this file.
 */

const FORMAT = "qr_code";

async function canRead() {
  return "BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes(FORMAT);
}

async function read(picture) {
  const bitmap = await createImageBitmap(picture);
  try {
    const [found] = await new window.BarcodeDetector({ formats: [FORMAT] }).detect(bitmap);
    return found?.rawValue ?? null;
  } finally {
    bitmap.close();
  }
}

function start(box) {
  const camera = box.querySelector("[data-camera]");
  const input = camera.querySelector("input");
  camera.hidden = false;
  input.addEventListener("change", async () => {
    const code = input.files.length ? await read(input.files[0]).catch(() => null) : null;
    input.value = "";
    camera.querySelector("[data-unread]").hidden = Boolean(code);
    if (!code) return;
    box.querySelector("#code").value = code;
    box.requestSubmit();
  });
}

if (await canRead()) document.querySelectorAll(".code-box").forEach(start);
