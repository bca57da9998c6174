// "Which layer for my model?": what pickled it, and what there is for that.
// @ts-check
"use strict";

{
  const { chips, button, make, marks, match, fitting, nearest, readPasted, valuesOf } =
    globalThis.layerfactory;
  const { releasesOf } = globalThis.layerfactory;

  const NO_VERSION =
    "There is no version of scikit-learn in that. Write it like 1.5.2, or paste the line of pip " +
    "freeze or the warning that has it.";
  const RANGE =
    "That is a range: it says what may be installed, and not what pickled the model. pip freeze, " +
    "or the model itself, tells the version.";
  const OTHER_PYTHON =
    "The same scikit-learn is there for another Python. Mostly the model loads under it too, and " +
    "what else you import has to; your function's runtime must be that Python:";
  const SAME_SERIES =
    "The nearest is of the same series: it mostly reads the model and answers alike. " +
    "scikit-learn does not promise it, and warns when it loads. Compare some predictions first:";
  const OTHER_RELEASE =
    "scikit-learn does not promise that another of its versions reads the model, or answers " +
    "alike: it may fail to load, or load and predict otherwise. Train it anew with one of these, " +
    "or build the layer yourself. ";

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
    /** @type {Pasted} */
    const pasted = readPasted(text);
    if (pasted.scikit_learn === "") return [make("p", {}, NO_VERSION)];
    const asked = { ...wish, scikit_learn: pasted.scikit_learn };
    /** @type {Found} */
    const found = match(rows, asked, titles);
    const told = pasted.range ? [make("p", { class: "note" }, RANGE)] : [];
    const answer = "row" in found ? fits(found.row, asked, take) : fitsNot(asked, rows, take);
    return [...told, ...answer];
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
   * What comes nearest, and why it may not do.
   *
   * @param {Wish} asked
   * @param {Row[]} rows
   * @param {(changes: State) => void} take
   * @returns {Node[]}
   */
  function fitsNot(asked, rows, take) {
    const { python, scikit_learn: sklearn } = asked;
    const where = `${asked.region}, ${asked.architecture}`;
    const what = ` for scikit-learn ${sklearn} on Python ${python}, ${where}.`;
    const none = make("p", {}, make("strong", {}, "There is none"), what);
    const pythons = pythonsOf(asked, rows);
    if (pythons.length > 0) {
      const acts = pythons.map((each) => [`Python ${each}`, () => take({ python: each, sklearn })]);
      return [none, make("p", {}, OTHER_PYTHON), chips(acts)];
    }
    const near = sameSeries(asked, rows);
    if (near.length > 0) {
      const acts = near.map(([each, release]) => [
        `scikit-learn ${release} on Python ${each}`,
        () => take({ python: each, sklearn: release }),
      ]);
      return [none, make("p", {}, SAME_SERIES), chips(acts)];
    }
    const others = releasesOf(fitting(rows, { ...asked, scikit_learn: "" }));
    if (others.length > 0) {
      const acts = others.map((/** @type {string} */ each) => [`scikit-learn ${each}`, () => take({ python, sklearn: each })]);
      const best = `The nearest for Python ${python} is ${nearest(others, sklearn)}.`;
      return [none, make("p", {}, OTHER_RELEASE, make("strong", {}, best)), chips(acts)];
    }
    return [none, button("See what there is", () => take({ python, sklearn }))];
  }

  /** Pythons that have what is asked for, newest first. @param {Wish} asked @param {Row[]} rows */
  function pythonsOf(asked, rows) {
    /** @type {string[]} */
    const found = valuesOf(fitting(rows, asked, "python"), "python");
    return found.reverse();
  }

  /**
   * The nearest of the same series, for the Python that is asked for or else for each that has one.
   *
   * @param {Wish} asked
   * @param {Row[]} rows
   * @returns {[string, string][]} Python and release
   */
  function sameSeries(asked, rows) {
    const series = asked.scikit_learn.split(".").slice(0, 2).join(".");
    const wish = { ...asked, scikit_learn: series };
    const pythons = fitting(rows, wish).length > 0 ? [asked.python] : pythonsOf(wish, rows);
    return pythons.map((python) => {
      const releases = releasesOf(fitting(rows, { ...wish, python }));
      return [python, nearest(releases, asked.scikit_learn)];
    });
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, modelAnswer };
}
