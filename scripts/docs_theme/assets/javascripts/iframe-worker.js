// Searches also where the pages lie on a disk: there browsers let no page start a worker, so the
// worker's script runs in a hidden frame of the page. Elsewhere this does nothing.
"use strict";

if (location.protocol === "file:") {
  globalThis.Worker = class extends EventTarget {
    /** @param {string | URL} url of the script */
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const { contentWindow, contentDocument } = this.frame;
      // What a worker says goes to the page that started it, and not to itself.
      contentWindow.postMessage = (data) => this.#hear(data);
      const script = contentDocument.createElement("script");
      this.ready = new Promise((resolve) => script.addEventListener("load", resolve));
      script.src = String(url);
      contentDocument.body.append(script);
    }

    #hear(data) {
      setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
    }

    async postMessage(data) {
      await this.ready;
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
