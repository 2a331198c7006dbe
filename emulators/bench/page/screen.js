// One live screen: pictures come over a WebSocket, touches and keys go back over it in the order of the hand.

const KEYS = { Enter: "enter", Backspace: "backspace", Escape: "escape" };

export class Screen {
  constructor(figure, name, touchable, onState = () => {}) {
    this.figure = figure;
    this.canvas = figure.querySelector("canvas");
    this.pencil = this.canvas.getContext("2d", { alpha: false });
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${name}`;
    this.onState = onState;
    this.connect();
    if (touchable) {
      this.takeTouches();
      this.takeKeys(figure.querySelector(".keys"));
    }
  }

  connect() {
    this.socket = new WebSocket(this.address);
    this.socket.binaryType = "blob";
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.told(JSON.parse(data)) : this.draw(data));
    this.socket.onclose = () => {
      this.told({ connected: false });
      setTimeout(() => this.connect(), 700);
    };
  }

  told(state) {
    if (state.error) return;
    this.figure.classList.toggle("is-off", !state.connected);
    if (state.width && (this.canvas.width !== state.width || this.canvas.height !== state.height)) {
      this.canvas.width = state.width;
      this.canvas.height = state.height;
    }
    this.onState(state);
  }

  async draw(blob) {
    // Pictures are decoded one after another, so that an older one never covers a newer one.
    this.drawing = (this.drawing ?? Promise.resolve()).then(async () => {
      const picture = await createImageBitmap(blob);
      if (this.canvas.width !== picture.width || this.canvas.height !== picture.height) {
        this.canvas.width = picture.width;
        this.canvas.height = picture.height;
      }
      this.pencil.drawImage(picture, 0, 0);
      picture.close();
    }).catch(() => {});
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = (value, length, pixels) => Math.round(Math.min(Math.max(value / length, 0), 1) * (pixels - 1));
    return {
      x: scale(event.clientX - box.left, box.width, this.canvas.width),
      y: scale(event.clientY - box.top, box.height, this.canvas.height),
    };
  }

  takeTouches() {
    const { canvas } = this;
    let moved = null;
    let finger = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (finger !== null || event.button !== 0) return;
      finger = event.pointerId;
      canvas.setPointerCapture(finger);
      this.send({ touch: "down", ...this.place(event) });
      this.figure.querySelector(".keys").focus({ preventScroll: true });
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== finger) return;
      if (!moved) requestAnimationFrame(() => { if (moved) this.send({ touch: "move", ...moved }); moved = null; });
      moved = this.place(event);
    });
    const lift = (event) => {
      if (event.pointerId !== finger) return;
      finger = moved = null;
      this.send({ touch: "up", ...this.place(event) });
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  takeKeys(field) {
    // A real text field under the picture, so that input methods for Chinese work as well.
    let composing = false;
    const flush = () => {
      if (field.value) this.send({ text: field.value });
      field.value = "";
    };
    field.addEventListener("compositionstart", () => { composing = true; });
    field.addEventListener("compositionend", () => { composing = false; flush(); });
    field.addEventListener("input", () => { if (!composing) flush(); });
    field.addEventListener("keydown", (event) => {
      const key = KEYS[event.key];
      if (!key || event.isComposing) return;
      event.preventDefault();
      this.send({ key });
    });
    field.addEventListener("focus", () => this.figure.classList.add("has-keys"));
    field.addEventListener("blur", () => this.figure.classList.remove("has-keys"));
  }
}
