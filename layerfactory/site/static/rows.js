// Makes rows of the index out of layerfactory/site/compact.py's data. Pure: touches no document.
// @ts-check
"use strict";

/**
 * @typedef {object} Layer
 * @property {number} rank of its cell among all cells
 * @property {number} order of its scikit-learn among all versions
 * @property {string} python
 * @property {string} scikit_learn
 * @property {string} architecture
 * @property {string[]} extras
 * @property {string} cell
 * @property {string} name on AWS
 * @property {number[]} numbers version in each place, 0 where it is not there
 * @property {string | string[]} published a day for all places, or one for each
 * @property {string | string[]} [stale]
 * @property {[string, string, string]} [retired] since, successor, reason
 * @property {string} [sha256]
 * @property {[number, number]} [sizes] zipped and unzipped, in bytes
 * @property {[string, string, string, string]} [packages] numpy, scipy, joblib, threadpoolctl
 *
 * @typedef {object} Data
 * @property {Object<string, string>} titles of every region that there is
 * @property {[string, string, string][]} places region, partition, account
 * @property {Layer[]} layers
 *
 * @typedef {object} Row
 * @property {Layer} layer
 * @property {string} region
 * @property {number} version
 * @property {string} arn
 * @property {string} published empty where it is unknown
 * @property {string} stale since this day; empty where the region has answered
 */

{
  /** @param {string | string[] | undefined} days @param {number} place @returns {string} */
  function dayOf(days, place) {
    return (Array.isArray(days) ? days[place] : days) ?? "";
  }

  /**
   * All rows, in the index's order.
   *
   * @param {Data} data
   * @returns {Row[]}
   */
  function rowsOf(data) {
    /** @type {Row[]} */
    const rows = [];
    for (const layer of data.layers) {
      layer.numbers.forEach((version, place) => {
        if (version === 0) return;
        const [region, partition, account] = data.places[place];
        rows.push({
          layer,
          region,
          version,
          arn: `arn:${partition}:lambda:${region}:${account}:layer:${layer.name}:${version}`,
          published: dayOf(layer.published, place),
          stale: dayOf(layer.stale, place),
        });
      });
    }
    return rows.sort(
      (a, b) =>
        a.layer.rank - b.layer.rank ||
        byText(a.region, b.region) ||
        a.version - b.version ||
        byText(a.arn, b.arn),
    );
  }

  /** @param {string} a @param {string} b @returns {number} */
  function byText(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** The sha256 as AWS has it, in base64. @param {string} hex @returns {string} */
  function base64Of(hex) {
    const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    return btoa(String.fromCharCode(...bytes));
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, rowsOf, base64Of };
}
