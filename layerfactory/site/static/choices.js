// What somebody chose, and the address that says it. Pure: touches no document.
// @ts-check
"use strict";

/**
 * Choices by their names in the address. Some are of the selects: see CHOICES.
 *
 * @typedef {Object<string, string>} State
 */

{
  const { valueOf } = globalThis.layerfactory;

  const FIRST_REGION = "us-east-1";

  /** The selects, by name and id, and the column that each is about. @type {[string, Column][]} */
  const CHOICES = [
    ["python", "python"],
    ["sklearn", "scikit_learn"],
    ["region", "region"],
    ["arch", "architecture"],
    ["extras", "extras"],
  ];

  /** What is chosen before anybody has. @param {Row[]} rows @returns {State} */
  function initial(rows) {
    /** @type {((row: Row) => boolean)[]} */
    const preferred = [
      (row) => !row.layer.retired,
      (row) => row.region === FIRST_REGION,
      (row) => row.layer.extras.length === 0,
      (row) => row.layer.architecture === "x86_64",
    ];
    const pool = preferred.reduce((left, likes) => {
      const liked = left.filter(likes);
      return liked.length > 0 ? liked : left;
    }, rows);
    // The newest Python stands last.
    const chosen = choiceOf(pool[pool.length - 1]);
    const more = { tool: "serverless", model: "", "model-python": chosen.python, q: "" };
    return { ...chosen, sklearn: "", ...more };
  }

  /** The choices that lead to a layer. @param {Row} row @returns {State} */
  function choiceOf(row) {
    return Object.fromEntries(CHOICES.map(([name, column]) => [name, valueOf(row, column)]));
  }

  /** What an address says. @param {string} query @param {State} first @returns {State} */
  function read(query, first) {
    const asked = new URLSearchParams(query);
    return Object.fromEntries(
      Object.entries(first).map(([name, value]) => [name, asked.get(name) ?? value]),
    );
  }

  /**
   * The address of a state: the selects always, as what is newest changes; the rest if it differs.
   *
   * @param {State} state
   * @param {State} first
   * @returns {string}
   */
  function address(state, first) {
    const selects = new Set(CHOICES.map(([name]) => name));
    const told = Object.entries(state).filter(
      ([name, value]) => selects.has(name) || value !== first[name],
    );
    return `?${new URLSearchParams(told)}`;
  }

  /** @param {State} state @returns {Wish} */
  function wishOf(state) {
    const pairs = CHOICES.map(([name, column]) => [column, state[name]]);
    return /** @type {Wish} */ (Object.fromEntries(pairs));
  }

  globalThis.layerfactory = {
    ...globalThis.layerfactory,
    CHOICES,
    initial,
    choiceOf,
    read,
    address,
    wishOf,
  };
}
