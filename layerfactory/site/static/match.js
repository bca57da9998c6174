// Finds one layer by the rule of `layerfactory arn` (layerfactory/catalog/find.py); a test holds
// both to the same answers. Pure: touches no document.
// @ts-check
"use strict";

/**
 * @typedef {object} Wish
 * @property {string} python exactly
 * @property {string} scikit_learn a version, or the beginning of one; all fit where it is empty
 * @property {string} region exactly
 * @property {string} architecture
 * @property {string} extras names with commas, or none
 *
 * @typedef {object} Miss why there is none
 * @property {"architecture" | "python" | "extras" | "scikit_learn" | "region"} column
 * @property {string} wanted of it
 * @property {string[]} there what there is instead, in the index's order
 * @property {string[]} variants extras with which there is one, where none were asked for
 * @property {boolean} unknown AWS has no such region
 *
 * @typedef {{row: Row} | {miss: Miss}} Found
 */

{
  const NO_EXTRAS = "none";

  /** @param {string} value @param {string} wanted @returns {boolean} */
  const equal = (value, wanted) => value === wanted;

  /** Whether the prefix ends at a dot. @param {string} version @param {string} prefix */
  const begins = (version, prefix) =>
    prefix === "" || version === prefix || version.startsWith(`${prefix}.`);

  /** @type {Object<string, (row: Row) => string>} */
  const VALUES = {
    architecture: (row) => row.layer.architecture,
    python: (row) => row.layer.python,
    extras: (row) => row.layer.extras.join(",") || NO_EXTRAS,
    scikit_learn: (row) => row.layer.scikit_learn,
    region: (row) => row.region,
  };

  /** @type {[Miss["column"], (value: string, wanted: string) => boolean][]} in the order asked */
  const COLUMNS = [
    ["architecture", equal],
    ["python", equal],
    ["extras", equal],
    ["scikit_learn", begins],
    ["region", equal],
  ];

  /** @type {Miss["column"][]} */
  const ORDER = COLUMNS.map(([column]) => column);

  /** @param {Row} row @param {Miss["column"]} column @returns {string} */
  const valueOf = (row, column) => VALUES[column](row);

  /** What a column has, each once, in the rows' order. @param {Row[]} rows @param {string} column */
  const valuesOf = (rows, column) => [...new Set(rows.map(VALUES[column]))];

  /**
   * Those that fit in all columns but one.
   *
   * @param {Row[]} rows
   * @param {Wish} wish
   * @param {string} [except] a column
   * @returns {Row[]}
   */
  function fitting(rows, wish, except = "") {
    const asked = COLUMNS.filter(([column]) => column !== except);
    return rows.filter((row) => asked.every(([c, fits]) => fits(VALUES[c](row), wish[c])));
  }

  /** Whether the one is to be had before the other. @param {Row} row @param {Row} best */
  function isBetter(row, best) {
    const retired = Number(Boolean(best.layer.retired)) - Number(Boolean(row.layer.retired));
    return (retired || row.layer.order - best.layer.order || row.version - best.version) > 0;
  }

  /** The newest; one that is retired only where all are. @param {Row[]} rows */
  const newest = (rows) => rows.reduce((best, row) => (isBetter(row, best) ? row : best));

  /**
   * The newest layer that fits; one that is retired only where all of them are.
   *
   * @param {Row[]} rows at least one, in the index's order
   * @param {Wish} wish
   * @param {Object<string, string>} titles of every region that there is
   * @returns {Found}
   */
  function match(rows, wish, titles) {
    const regions = valuesOf(rows, "region").sort();
    if (!Object.hasOwn(titles, wish.region) && !regions.includes(wish.region)) {
      const miss = { column: /** @type {const} */ ("region"), wanted: wish.region };
      return { miss: { ...miss, there: regions, variants: [], unknown: true } };
    }
    let left = rows;
    for (const [column, fits] of COLUMNS) {
      const found = left.filter((row) => fits(VALUES[column](row), wish[column]));
      if (found.length === 0) {
        const there = valuesOf(left, column);
        const variants = otherVariants(rows, wish);
        return { miss: { column, wanted: wish[column], there, variants, unknown: false } };
      }
      left = found;
    }
    return { row: newest(left) };
  }

  /** Who asks for no extras may not know of them. @param {Row[]} rows @param {Wish} wish */
  function otherVariants(rows, wish) {
    return wish.extras === NO_EXTRAS ? valuesOf(fitting(rows, wish, "extras"), "extras") : [];
  }

  /** The numbers of a version. @param {string} version @returns {number[]} */
  const numbersOf = (version) => (version.match(/\d+/g) ?? []).map(Number);

  /**
   * In which place two versions first differ, and by how much.
   *
   * @param {string} one
   * @param {string} other
   * @returns {[number, number]}
   */
  function apart(one, other) {
    const to = numbersOf(other);
    const by = numbersOf(one).map((number, n) => number - (to[n] ?? 0));
    const place = by.findIndex((each) => each !== 0);
    return place < 0 ? [Infinity, 0] : [place, by[place]];
  }

  /**
   * Of releases the one that is least far from a version; of two equally far ones the newer.
   *
   * @param {string[]} releases newest first
   * @param {string} wanted
   * @returns {string} empty where there are none
   */
  function nearest(releases, wanted) {
    const above = releases.findLast((each) => apart(each, wanted)[1] > 0);
    const below = releases.find((each) => apart(each, wanted)[1] <= 0);
    if (!above || !below) return above ?? below ?? "";
    const [[high, more], [low, less]] = [apart(above, wanted), apart(below, wanted)];
    return high > low || (high === low && more <= -less) ? above : below;
  }

  globalThis.layerfactory = {
    ...globalThis.layerfactory,
    match,
    fitting,
    begins,
    valueOf,
    valuesOf,
    nearest,
    NO_EXTRAS,
    ORDER,
  };
}
