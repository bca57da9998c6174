// The layer finder: puts choices, answers and the address together.
// @ts-check
"use strict";

{
  const { byId, say, make, match, readPasted, rowsOf, snippetsOf, wishOf } =
    globalThis.layerfactory;
  const { CHOICES, address, choiceOf, initial, read, fillSelects, keep, ordered, releasesOf } =
    globalThis.layerfactory;
  const { showFound, showMiss, modelAnswer, filterOf, tableRow } = globalThis.layerfactory;

  /** Of the table at once, and with each press of "Show more". */
  const STEP = 100;
  /** Typing that pauses for so long is worth a place in the history. */
  const PAUSE_MS = 400;

  /** @type {Data} */
  const data = globalThis.LAYERS;
  const { titles } = data;
  /** @type {Row[]} */
  const rows = rowsOf(data);
  const releases = releasesOf(rows);
  const first = initial(rows);
  const filter = filterOf(rows, titles);

  /** @type {State} */
  let state = read(location.search, first);
  let shown = STEP;
  /** Whether the newest entry of the history is of the typing that goes on. */
  let typing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  /** Take what was chosen; a step back undoes it. @param {State} changes */
  function choose(changes) {
    clearTimeout(pause);
    typing = false;
    state = { ...state, ...changes };
    history.pushState(null, "", address(state, first));
    showChoice();
    showModel();
  }

  /** The same from a button that may be gone by then: go to what came of it. */
  function take(/** @type {State} */ changes) {
    choose(changes);
    const found = !byId("found").hidden;
    byId(found ? "found-title" : "missed-title").scrollIntoView({ block: "center" });
    byId(found ? "copy-arn" : "missed-title").focus({ preventScroll: true });
  }

  /** Take what is to be taken in the place of a retired one. @param {Row} row */
  function succeed(row) {
    const there = rows.filter((each) => each.layer.cell === row.layer.retired?.[1]);
    const best = there.find((each) => each.region === row.region) ?? there[0];
    if (best) take({ ...choiceOf(best), region: row.region });
  }

  /** Take what is being typed: a step back undoes all of it. @param {State} changes */
  function type(changes) {
    state = { ...state, ...changes };
    clearTimeout(pause);
    pause = setTimeout(() => {
      history[typing ? "replaceState" : "pushState"](null, "", address(state, first));
      typing = true;
    }, PAUSE_MS);
  }

  function showChoice() {
    fillSelects(rows, state, titles);
    const wish = wishOf(state);
    /** @type {Found} */
    const found = match(rows, wish, titles);
    byId("found").hidden = "miss" in found;
    byId("missed").hidden = "row" in found;
    if ("row" in found) showFound(found.row, state.tool, () => succeed(found.row));
    else showMiss(found.miss, wish, { titles, releases }, take);
  }

  function showModel() {
    const python = state["model-python"];
    const select = byId("model-python");
    const options = ordered(rows, "python").map((/** @type {string} */ each) => make("option", { value: each }, each));
    select.replaceChildren(...options);
    keep(select, python);
    if (byId("model").value !== state.model) byId("model").value = state.model;
    const wish = { ...wishOf(state), python };
    byId("model-answer").replaceChildren(...modelAnswer(state.model, wish, rows, titles, take));
  }

  function showAll() {
    if (byId("q").value !== state.q) byId("q").value = state.q;
    const found = filter(state.q);
    const some = found.slice(0, shown).map((/** @type {Row} */ row) => tableRow(row, take));
    byId("all").tBodies[0].replaceChildren(...some);
    const [count, total] = [found.length, rows.length].map((each) => each.toLocaleString("en"));
    say("count", state.q.trim() ? `${count} of ${total} layers` : `${total} layers`);
    byId("more").hidden = found.length <= shown;
  }

  function showMore() {
    const next = shown;
    shown += STEP;
    showAll();
    // The button may be gone, so the keyboard goes on with the first new row.
    byId("all").tBodies[0].rows[next]?.querySelector("button")?.focus();
  }

  function showEverything() {
    showChoice();
    showModel();
    showAll();
  }

  function listen() {
    const onChange = (/** @type {string} */ name) =>
      byId(name).addEventListener("change", () => choose({ [name]: byId(name).value }));
    for (const [name] of CHOICES) onChange(name);
    onChange("model-python");
    byId("tools").addEventListener("change", (/** @type {any} */ event) => choose({ tool: event.target.value }));
    byId("model").addEventListener("input", () => {
      const model = byId("model").value;
      const { python } = readPasted(model);
      type({ model, ...(python && { "model-python": python }) });
      showModel();
    });
    byId("q").addEventListener("input", () => {
      shown = STEP;
      type({ q: byId("q").value });
      showAll();
    });
    byId("more").addEventListener("click", showMore);
    for (const form of document.forms) {
      form.addEventListener("submit", (event) => event.preventDefault());
    }
    addEventListener("popstate", () => {
      clearTimeout(pause);
      typing = false;
      state = read(location.search, first);
      showEverything();
    });
  }

  function begin() {
    const tools = snippetsOf(rows[0]).map((/** @type {Snippet} */ { id, title }) =>
      make("label", {}, make("input", { type: "radio", name: "tool", value: id }), title),
    );
    byId("tools").append(...tools);
    listen();
    showEverything();
    byId("finder").hidden = false;
  }

  begin();
}
