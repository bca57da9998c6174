// Reads what somebody pasted of a model. Pure: touches no document.
// @ts-check
"use strict";

/**
 * @typedef {object} Pasted
 * @property {string} scikit_learn a version, or the beginning of one; empty where there is none
 * @property {string} python of the same; empty where there is none
 * @property {boolean} range the version is the bound of a range, such as that of a requirement
 */

{
  const VERSION = "v?((?:pre-)?\\d+(?:\\.\\d+)*(?:\\.?(?:post|rc|a|b|dev)\\d+)*)(?!\\w)";
  const NAME = "(?:sklearn|scikit[-_ ]?learn)";
  /** What may stand between a name and its version: in pip's, conda's and poetry's words too. */
  const BETWEEN = "[\\s\"'`()\\[\\]{}:=,_.~<>!^*-]*(?:(?:version|release)\\W*|__version__\\W*)?";

  const WARNING = new RegExp(`from version ${VERSION}`, "i");
  /** As layers are named on AWS, with hyphens. */
  const LAYER = /scikit-learn-(\d+(?:-\d+)+(?:-(?:post|rc|a|b|dev)\d+)?)(?![\w.])/i;
  const NAMED = new RegExp(`${NAME}(${BETWEEN})${VERSION}`, "i");
  const BARE = [`^\\W*${VERSION}`, `\\b(?:version|with|by|is|was)\\W*${VERSION}`];

  /** `Python 3.11.4`, `python3.11`, `python-3-11`, `py3.11`, `cp311`. */
  const PYTHON =
    /(?:\bpython[\s"':=_-]*(?:version)?[\s"':=<>~-]*v?|\b(?:py|cp))([23])[._-]?(\d{1,2})(?:\.\d+)*/gi;

  /**
   * The scikit-learn version in what somebody pasted: a version, the warning that loading gave,
   * what `scikit_learn_lambda check` says, lines of `pip freeze` or of a lock, a wheel's name.
   *
   * @param {string} text
   * @returns {Pasted}
   */
  function readPasted(text) {
    const warned = WARNING.exec(text);
    // A Python in such a text is that which loaded the model.
    if (warned) return { scikit_learn: warned[1], python: "", range: false };
    const [told] = text.matchAll(PYTHON);
    const python = told ? `${told[1]}.${told[2]}` : "";
    const layer = LAYER.exec(text);
    if (layer) return { scikit_learn: layer[1].replaceAll("-", "."), python, range: false };
    const rest = text.replaceAll(PYTHON, " ");
    const named = NAMED.exec(rest);
    if (named) return { scikit_learn: named[2], python, range: /[<>~!^]/.test(named[1]) };
    const found = BARE.map((pattern) => new RegExp(pattern, "i").exec(rest)).find(Boolean);
    return { scikit_learn: found?.[1] ?? "", python, range: false };
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, readPasted };
}
