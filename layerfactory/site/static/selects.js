// The finder's selects: which values there are, and which of them lead to a layer.
// @ts-check
"use strict";

{
  const { begins, byId, make, label, valuesOf, fitting, wishOf, CHOICES } = globalThis.layerfactory;

  /** scikit-learn's releases, newest first. @param {Row[]} rows @returns {string[]} */
  function releasesOf(rows) {
    const orders = new Map(rows.map((row) => [row.layer.scikit_learn, row.layer.order]));
    return [...orders].sort((a, b) => b[1] - a[1]).map(([release]) => release);
  }

  /** @param {Row[]} rows @param {Column} column @returns {string[]} as a select has them */
  function ordered(rows, column) {
    if (column === "scikit_learn") return releasesOf(rows);
    const values = valuesOf(rows, column);
    if (column === "python") return values.reverse();
    return column === "architecture" ? values.sort().reverse() : values.sort();
  }

  /** @param {string} release @returns {string} 1.9 of 1.9.1 */
  const series = (release) => release.split(".").slice(0, 2).join(".");

  /** Releases in groups, and before each the newest of it. @param {string[]} releases */
  function groups(releases) {
    /** @type {Map<string, string[]>} */
    const found = new Map();
    for (const each of releases) {
      found.set(series(each), [...(found.get(series(each)) ?? []), each]);
    }
    return [...found];
  }

  /**
   * @param {Column} column
   * @param {string[]} values
   * @param {(value: string, text: string) => HTMLElement} option
   * @returns {HTMLElement[]}
   */
  function options(column, values, option) {
    if (column !== "scikit_learn") {
      return values.map((value) => option(value, value));
    }
    const grouped = groups(values).map(([name, some]) => {
      const rest = some.filter((each) => each !== name).map((each) => option(each, each));
      return make("optgroup", { label: name }, option(name, `newest ${name}`), ...rest);
    });
    return [option("", "newest"), ...grouped];
  }

  /**
   * Fill all selects; what leads nowhere says so, and can be chosen all the same.
   *
   * @param {Row[]} rows
   * @param {State} state
   * @param {Object<string, string>} titles of regions
   */
  function fillSelects(rows, state, titles) {
    const wish = wishOf(state);
    for (const [name, column] of CHOICES) {
      const there = valuesOf(fitting(rows, wish, column), column);
      const leads = (/** @type {string} */ value) =>
        column === "scikit_learn"
          ? there.some((/** @type {string} */ each) => begins(each, value))
          : there.includes(value);
      const option = (/** @type {string} */ value, text = value) => {
        const shown = column === "scikit_learn" ? text : label(column, value, titles);
        const none = value === state[name] || leads(value) ? "" : " (no layer)";
        return make("option", { value }, shown + none);
      };
      const select = byId(name);
      select.replaceChildren(...options(column, ordered(rows, column), option));
      keep(select, state[name]);
    }
  }

  /** Choose a value, also one that is not to be had. @param {any} select @param {string} value */
  function keep(select, value) {
    const known = [...select.options].some((each) => each.value === value);
    if (!known) select.append(make("option", { value }, value));
    select.value = value;
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, releasesOf, ordered, fillSelects, keep };
}
