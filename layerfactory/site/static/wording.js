// What the finder says, in words. Pure: touches no document.
// @ts-check
"use strict";

/** @typedef {Miss["column"]} Column */

{
  const { NO_EXTRAS, ORDER } = globalThis.layerfactory;

  // What a shell takes as one word, and no option.
  const WORD = /^\w[\w.,+-]*$/;

  /** @type {Object<Column, string>} */
  const NAMES = {
    python: "Python",
    scikit_learn: "scikit-learn",
    region: "region",
    architecture: "architecture",
    extras: "extras",
  };

  /**
   * A value as an option or a button has it.
   *
   * @param {Column} column
   * @param {string} value
   * @param {Object<string, string>} titles of regions
   * @returns {string}
   */
  function label(column, value, titles) {
    if (column === "region" && Object.hasOwn(titles, value)) return `${value} · ${titles[value]}`;
    if (column === "extras") return value.replaceAll(",", ", ");
    return value === "arm64" ? "arm64 (Graviton)" : value;
  }

  /** @param {number} bytes @returns {string} */
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  /** @param {Row} row @returns {string} */
  const variant = (row) => row.layer.extras.join(", ");

  /** What to know of a layer before its ARN is used. @param {Row} row @returns {string[]} */
  function marks(row) {
    const found = [];
    if (row.layer.retired) {
      const [since, successor, reason] = row.layer.retired;
      const instead = successor ? `; take ${successor}` : "";
      found.push(`Retired since ${since}: ${reason}${instead}`);
    }
    if (row.stale) {
      found.push(`${row.region} has not answered since ${row.stale}: this is what it had before`);
    }
    return found;
  }

  /** The same in a word or two. @param {Row} row @returns {string} */
  function shortMarks(row) {
    const retired = row.layer.retired ? `retired ${row.layer.retired[0]}` : "";
    const stale = row.stale ? `stale since ${row.stale}` : "";
    return [retired, stale].filter(Boolean).join(", ");
  }

  /** @param {Column} column @param {string} value @returns {string} */
  function named(column, value) {
    if (column === "extras") {
      return value === NO_EXTRAS ? "without extras" : `with ${value.replaceAll(",", ", ")}`;
    }
    return column === "architecture" ? value : `${NAMES[column]} ${value}`.trim();
  }

  /** That there is none, as a title. @param {Miss} miss @returns {string} */
  function missTitle(miss) {
    if (miss.unknown) return `AWS has no region ${miss.wanted}`;
    const joint = miss.column === "extras" ? "" : "for ";
    return `There is no layer ${joint}${named(miss.column, miss.wanted)}`;
  }

  /** What comes before the values that there are. @param {Miss} miss @param {Wish} wish */
  function missAbout(miss, wish) {
    if (miss.variants.length > 0) return "There is one only with extras:";
    const kept = miss.unknown ? [] : ORDER.slice(0, ORDER.indexOf(miss.column));
    const told = kept
      .filter((/** @type {Column} */ column) => column !== "extras" || wish.extras !== NO_EXTRAS)
      .map((/** @type {Column} */ column) => named(column, wish[column]));
    return told.length > 0 ? `For ${told.join(", ")} there is:` : "There is:";
  }

  /**
   * How to find out whether a layer can exist, and to make it; empty where a value is none that a
   * shell can be given: an address may say anything.
   *
   * @param {Wish} wish
   * @param {string[]} releases of scikit-learn, newest first
   * @returns {string}
   */
  function buildCommands(wish, releases) {
    const near = releases.find((each) => each.startsWith(`${wish.scikit_learn}.`));
    const version = wish.scikit_learn ? (near ?? wish.scikit_learn) : releases[0];
    const values = [wish.python, version, wish.architecture, wish.extras, wish.region];
    if (!values.every((each) => WORD.test(each))) return "";
    const extras = wish.extras === NO_EXTRAS ? "" : ` --extras ${wish.extras}`;
    const cell = `--python ${wish.python} --scikit-learn ${version}${extras} \\
  --architecture ${wish.architecture}`;
    return `layerfactory plan --all ${cell}
layerfactory release ${cell} \\
  --region ${wish.region} --private
`;
  }

  globalThis.layerfactory = {
    ...globalThis.layerfactory,
    label,
    megabytes,
    variant,
    marks,
    shortMarks,
    missTitle,
    missAbout,
    buildCommands,
  };
}
