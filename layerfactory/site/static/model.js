// "Which layer for my model?": what pickled it, and what there is for that.
// @ts-check
"use strict";

{
  const { chips, button, make, marks, match, fitting, pickledBy, valuesOf } =
    globalThis.layerfactory;

  const OTHER_PYTHON =
    "The same scikit-learn is there for another Python. Try whether the model loads under it:";
  const OTHER_RELEASE =
    "scikit-learn does not promise that another of its versions reads the model, or answers " +
    "alike. Train it anew with one of these, or build the layer yourself:";

  /**
   * What to say of a model.
   *
   * @param {string} text what somebody typed or pasted
   * @param {Wish} wish the choices, with the model's Python
   * @param {Row[]} rows
   * @param {Object<string, string>} titles of regions
   * @param {(changes: State) => void} take
   * @returns {Node[]}
   */
  function modelAnswer(text, wish, rows, titles, take) {
    if (text.trim() === "") return [];
    const version = pickledBy(text);
    if (version === "") return [make("p", {}, "There is no version in that. Write it like 1.5.2.")];
    const asked = { ...wish, scikit_learn: version };
    /** @type {Found} */
    const found = match(rows, asked, titles);
    return "row" in found ? fits(found.row, asked, take) : fitsNot(found.miss, asked, rows, take);
  }

  /** @param {Row} row @param {Wish} asked @param {(changes: State) => void} take @returns {Node[]} */
  function fits(row, asked, take) {
    const { python, scikit_learn: sklearn } = asked;
    const notes = marks(row).map((/** @type {string} */ text) => make("p", { class: "note" }, text));
    return [
      make("p", {}, "Take ", make("strong", {}, row.layer.cell), `; ${row.region} has it.`),
      ...notes,
      button("Choose it", () => take({ python, sklearn })),
    ];
  }

  /**
   * @param {Miss} miss
   * @param {Wish} asked
   * @param {Row[]} rows
   * @param {(changes: State) => void} take
   * @returns {Node[]}
   */
  function fitsNot(miss, asked, rows, take) {
    const { python, scikit_learn: sklearn } = asked;
    const where = `${asked.region}, ${asked.architecture}`;
    const what = ` for scikit-learn ${sklearn} on Python ${python}, ${where}.`;
    const lines = [make("p", {}, make("strong", {}, "There is none"), what)];
    const others = valuesOf(fitting(rows, asked, "python"), "python").reverse();
    if (others.length > 0) {
      const acts = others.map((/** @type {string} */ each) => [`Python ${each}`, () => take({ python: each, sklearn })]);
      return [...lines, make("p", {}, OTHER_PYTHON), chips(acts)];
    }
    if (miss.column === "scikit_learn" && miss.variants.length === 0) {
      const acts = [...miss.there].reverse().map((each) => [`scikit-learn ${each}`, () => take({ python, sklearn: each })]);
      return [...lines, make("p", {}, OTHER_RELEASE), chips(acts)];
    }
    return [...lines, button("See what there is", () => take({ python, sklearn }))];
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, modelAnswer };
}
