/** The camera beside the box for a page's code: what it reads goes into the box, as if typed. Nothing imports this file. */

import { codeIn } from "./squares.js";

const BETWEEN_LOOKS = 150; // milliseconds
const WANTED = { video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } } };

class Camera {
  constructor(box) {
    this.box = box;
    this.place = box.querySelector("[data-camera]");
    this.video = this.place.querySelector("video");
    this.stream = null;
    this.place.hidden = false;
    const look = this.part("look");
    look.hidden = !navigator.mediaDevices?.getUserMedia; // it is there where the connection is secure
    look.addEventListener("click", () => this.look());
    this.part("close").addEventListener("click", () => this.close());
    document.addEventListener("visibilitychange", () => document.hidden && this.close());
    this.place.querySelector("input").addEventListener("change", (event) => this.readPhoto(event.target));
  }

  part(name) {
    return this.place.querySelector(`[data-${name}]`);
  }

  say(problem = "") {
    for (const name of ["unread", "refused"]) this.part(name).hidden = name !== problem;
  }

  /** Look through the camera until a code is seen or somebody closes it. */
  async look() {
    if (this.stream) return;
    this.say();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(WANTED);
      this.video.srcObject = this.stream;
      this.part("view").hidden = false;
      await this.video.play();
      while (this.stream) {
        const code = await codeIn(this.video, this.video.videoWidth, this.video.videoHeight);
        if (code && this.stream) this.take(code);
        await new Promise((go) => setTimeout(go, BETWEEN_LOOKS));
      }
    } catch {
      this.close();
      this.say("refused");
    }
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.part("view").hidden = true;
  }

  async readPhoto(input) {
    const [photo] = input.files;
    if (!photo) return;
    this.say();
    const code = await this.codeOf(photo).catch(() => null);
    input.value = "";
    if (code) this.take(code);
    else this.say("unread");
  }

  async codeOf(photo) {
    const bitmap = await createImageBitmap(photo);
    try {
      return await codeIn(bitmap, bitmap.width, bitmap.height);
    } finally {
      bitmap.close();
    }
  }

  take(code) {
    this.close();
    this.box.querySelector("#code").value = code;
    this.box.requestSubmit();
  }
}

for (const box of document.querySelectorAll(".code-box")) new Camera(box);
