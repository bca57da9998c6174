// Buttons that copy: <button data-copy="id"> copies the text of the element with that id.
// @ts-check
"use strict";

{
  const SHOWN_MS = 2000;

  /**
   * Copy, or else select the text so that the keyboard can.
   *
   * @param {HTMLElement} element what is copied
   * @returns {Promise<boolean>} whether it was copied
   */
  async function copy(element) {
    try {
      await navigator.clipboard.writeText(element.textContent ?? "");
      return true;
    } catch {
      const selection = getSelection();
      selection?.selectAllChildren(element);
      // The old way still works where the new one is not allowed.
      return document.execCommand("copy");
    }
  }

  /** @param {HTMLButtonElement} button @param {boolean} done */
  function tell(button, done) {
    const words = done ? "Copied" : "Selected: press Ctrl-C";
    button.dataset.words ??= button.textContent ?? "";
    button.textContent = words;
    const status = document.getElementById("said");
    if (status) status.textContent = words;
    setTimeout(() => {
      button.textContent = button.dataset.words ?? "";
    }, SHOWN_MS);
  }

  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button[data-copy]");
    if (!(button instanceof HTMLButtonElement)) return;
    const element = document.getElementById(button.dataset.copy ?? "");
    if (element) tell(button, await copy(element));
  });
}
