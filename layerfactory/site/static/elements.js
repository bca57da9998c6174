// Makes elements of a page. Text is always text, and never markup.
// @ts-check
"use strict";

{
  /** What turns, hides or breaks text is shown as a mark, so that text is what it seems to be. */
  const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

  /** @param {string} text @returns {string} */
  const plain = (text) => text.replace(UNSEEN, (each) => (each === "\n" ? each : "\ufffd"));

  /** @param {string} id @returns {any} */
  const byId = (id) => document.getElementById(id);

  /** @param {string} id @param {string} text */
  function say(id, text) {
    byId(id).textContent = plain(text);
  }

  /**
   * A new element.
   *
   * @param {string} tag
   * @param {Object<string, string>} [attributes]
   * @param {...(Node | string)} inside
   * @returns {HTMLElement}
   */
  function make(tag, attributes = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside.map((each) => (typeof each === "string" ? plain(each) : each)));
    return element;
  }

  /**
   * @param {string} text
   * @param {() => void} act
   * @param {string} [label] what a screen reader says in place of the text
   */
  function button(text, act, label) {
    const made = make("button", { type: "button", class: "button low" }, text);
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  /** A row of buttons. @param {[string, () => void][]} acts @returns {HTMLElement} */
  function chips(acts) {
    const made = acts.map(([text, act]) => make("li", {}, button(text, act)));
    return make("ul", { class: "chips" }, ...made);
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, plain, byId, say, make, button, chips };
}
