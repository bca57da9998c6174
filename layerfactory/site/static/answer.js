// Shows the layer that was found, or why there is none.
// @ts-check
"use strict";

{
  const { base64Of, button, byId, say, make, chips, CHOICES } = globalThis.layerfactory;
  const { buildCommands, label, marks, megabytes, missAbout, missTitle, snippetsOf, variant } =
    globalThis.layerfactory;

  /** Unzipped, of a function and all its layers together. */
  const LIMIT_BYTES = 262144000;
  const PACKAGES = ["numpy", "scipy", "joblib", "threadpoolctl"];

  /** @param {string} name @param {(Node | string)[]} inside @param {string} [kind] */
  const fact = (name, inside, kind = "") =>
    make("div", kind ? { class: kind } : {}, make("dt", {}, name), make("dd", {}, ...inside));

  /** @param {Row} row @returns {Node[]} */
  function sizeFacts(row) {
    if (!row.layer.sizes) return [];
    const [zipped, unzipped] = row.layer.sizes;
    const share = Math.round((100 * unzipped) / LIMIT_BYTES);
    const told = make("span", { class: "muted" }, `${share}% of Lambda's limit`);
    return [
      fact("zip", [`${megabytes(zipped)} MB`]),
      fact("unzipped", [`${megabytes(unzipped)} MB`, told]),
    ];
  }

  /** @param {Row} row @returns {Node[]} */
  function hashFacts(row) {
    const { sha256 } = row.layer;
    if (!sha256) return [];
    const copies = (/** @type {string} */ id, /** @type {string} */ what) =>
      make(
        "button",
        { type: "button", class: "button low", "data-copy": id, "aria-label": `Copy the ${what}` },
        "Copy",
      );
    const code = (/** @type {string} */ id, /** @type {string} */ text) =>
      make("code", { id, class: "copied-whole" }, text);
    const base64 = base64Of(sha256);
    return [
      fact("sha256 of the zip", [code("sha256", sha256), copies("sha256", "sha256")], "whole"),
      fact("CodeSha256, the same as AWS has it", [code("base64", base64), copies("base64", "CodeSha256")], "whole"),
    ];
  }

  /** No index keeps the bill; it is made anew, the same to the byte. @param {Row} row */
  function sbomFact(row) {
    const command = `layerfactory build --only '${row.layer.cell}' && layerfactory sbom --only '${row.layer.cell}'`;
    const copies = make(
      "button",
      { type: "button", class: "button low", "data-copy": "sbom", "aria-label": "Copy the commands" },
      "Copy",
    );
    const about = make("a", { href: "docs/security.html#what-comes-with-a-layer" }, "what is in it");
    const told = make("span", { class: "muted" }, "Not kept here. The same zip has the same one, made anew with these (", about, "):");
    return fact("SBOM (CycloneDX)", [told, make("code", { id: "sbom" }, command), copies], "whole");
  }

  /** @param {Row} row @returns {Node[]} */
  function facts(row) {
    const packages = (row.layer.packages ?? [])
      .map((version, n) => (version ? fact(PACKAGES[n], [version]) : null))
      .filter((each) => each !== null);
    const day = row.published ? [fact("published", [row.published])] : [];
    return [...packages, ...sizeFacts(row), ...day, ...hashFacts(row), sbomFact(row)];
  }

  /** What to know of it, with a way on where there is one. */
  function notes(/** @type {Row} */ row, /** @type {() => void} */ succeed) {
    const found = marks(row).map((/** @type {string} */ text) => make("p", { class: "note" }, text));
    return row.layer.retired?.[1] ? [...found, button("Choose its successor", succeed)] : found;
  }

  /**
   * @param {Row} row
   * @param {string} tool a snippet's id
   * @param {() => void} succeed take its successor
   */
  function showFound(row, tool, succeed) {
    const { layer } = row;
    const parts = [row.region, layer.architecture, variant(row) && `with ${variant(row)}`];
    say("found-title", `scikit-learn ${layer.scikit_learn} for Python ${layer.python}`);
    say("found-about", [...parts, `version ${row.version}`].filter(Boolean).join(" · "));
    byId("found-marks").replaceChildren(...notes(row, succeed));
    say("arn", row.arn);
    byId("facts").replaceChildren(...facts(row));
    showSnippet(row, tool);
    say("said", `${layer.cell} in ${row.region}, version ${row.version}`);
  }

  /** @param {Row} row @param {string} tool */
  function showSnippet(row, tool) {
    /** @type {Snippet[]} */
    const snippets = snippetsOf(row);
    const chosen = snippets.find((each) => each.id === tool) ?? snippets[0];
    say("snippet-about", chosen.about);
    say("snippet", chosen.text);
    for (const input of byId("tools").querySelectorAll("input")) {
      input.checked = input.value === chosen.id;
    }
  }

  /**
   * @param {Miss} miss
   * @param {Wish} wish
   * @param {{titles: Object<string, string>, releases: string[]}} known
   * @param {(changes: State) => void} take
   */
  function showMiss(miss, wish, known, take) {
    say("missed-title", missTitle(miss));
    say("missed-about", missAbout(miss, wish));
    const column = miss.variants.length > 0 ? "extras" : miss.column;
    const values = miss.variants.length > 0 ? miss.variants : miss.there;
    const newest = ["python", "scikit_learn"].includes(column) ? [...values].reverse() : values;
    const [name] = CHOICES.find((/** @type {[string, Column]} */ each) => each[1] === column);
    byId("instead").replaceChildren(
      chips(newest.map((value) => [label(column, value, known.titles), () => take({ [name]: value })])),
    );
    const commands = buildCommands(wish, known.releases);
    say("build", commands);
    byId("making").hidden = commands === "";
    say("said", byId("missed-title").textContent);
  }

  globalThis.layerfactory = { ...globalThis.layerfactory, showFound, showMiss };
}
