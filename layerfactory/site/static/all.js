// The table of all layers, and its filter.
// @ts-check
"use strict";

{
  const { button, choiceOf, make, megabytes, shortMarks, variant } = globalThis.layerfactory;

  /**
   * Something that gives the rows that have every word of a question, newest first.
   *
   * @param {Row[]} rows
   * @param {Object<string, string>} titles of regions
   * @returns {(question: string) => Row[]}
   */
  function filterOf(rows, titles) {
    // Stable: the regions of a cell stay in their order.
    const listed = [...rows].sort((a, b) => b.layer.rank - a.layer.rank);
    const texts = listed.map((row) => textOf(row, titles));
    return (question) => {
      const words = question.toLowerCase().split(/\s+/).filter(Boolean);
      return listed.filter((_, n) => words.every((word) => texts[n].includes(word)));
    };
  }

  /** What a row is found by. @param {Row} row @param {Object<string, string>} titles */
  function textOf(row, titles) {
    const { layer } = row;
    const words = [layer.cell, row.arn, row.published, titles[row.region], layer.sha256];
    const kinds = [layer.retired ? "retired" : "current", row.stale ? "stale" : ""];
    return [...words, ...kinds].join(" ").toLowerCase();
  }

  /** @param {Row} row @param {(changes: State) => void} take @returns {HTMLElement} */
  function tableRow(row, take) {
    const { layer } = row;
    const cell = (/** @type {string} */ text, kind = "") => make("td", kind ? { class: kind } : {}, text);
    const label = `Choose ${layer.cell} in ${row.region}`;
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, layer.scikit_learn),
      cell(layer.python),
      cell(variant(row)),
      cell(layer.architecture),
      cell(row.region),
      cell(String(row.version), "number"),
      cell(layer.sizes ? megabytes(layer.sizes[0]) : "", "number"),
      cell(row.published),
      cell(shortMarks(row), "marks"),
      make("td", {}, button("Choose", () => take(choiceOf(row)), label)),
    );
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, filterOf, tableRow };
}
