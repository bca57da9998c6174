// Reckons the cost page anew when a field changes: reads the fields and the address, and shows what
// cost-texts.js says.
(() => {
  "use strict";

  const given = globalThis.layerfactoryCost;
  if (!given || !given.outcome) return; // Something was cut on its way: the page stays as it came.
  const { words, ranges, start, presets, outcome, say } = given;

  const form = document.querySelector("#cost");
  // A page that was cut on its way has no end: what came of it stays as it is.
  const fields = form ? Object.keys(start).map((name) => form.elements.namedItem(name)) : [null];
  if (fields.includes(null) || !document.querySelector("footer")) {
    for (const note of document.querySelectorAll("#cut")) note.hidden = false;
    return;
  }
  const SVG = "http://www.w3.org/2000/svg";
  const field = (name) => form.elements.namedItem(name);
  const all = (selector) => document.querySelectorAll(selector);

  /** What the fields say, each held to its range; a share of cold starts is typed in percent. */
  function asked() {
    const of = {};
    for (const [name, usual] of Object.entries(start)) {
      const input = field(name);
      if (typeof usual === "boolean") of[name] = input.checked;
      else if (typeof usual === "string") of[name] = input.value;
      else of[name] = held(name, input);
    }
    return of;
  }

  function held(name, input) {
    const [low, high] = ranges[name];
    const exact = Number(input.value) * (name === "cold" ? 100 : 1);
    const typed = Math.round(exact);
    const whole = input.value.trim() !== "" && Math.abs(exact - typed) < 1e-6;
    const right = whole && typed >= low && typed <= high;
    input.setAttribute("aria-invalid", String(!right));
    document.getElementById(`${name}-fault`).hidden = right;
    return right ? typed : Math.min(Math.max(Number.isFinite(typed) ? typed : low, low), high);
  }

  function fill(of) {
    for (const [name, value] of Object.entries(of)) {
      const input = field(name);
      if (typeof value === "boolean") input.checked = value;
      else input.value = name === "cold" ? String(value / 100) : String(value);
    }
  }

  function mark({ letter, x, y }) {
    const group = document.createElementNS(SVG, "g");
    const dot = document.createElementNS(SVG, "circle");
    const text = document.createElementNS(SVG, "text");
    for (const [key, value] of [["class", "mark"], ["cx", x], ["cy", y], ["r", "9"]]) {
      dot.setAttribute(key, value);
    }
    for (const [key, value] of [["class", "letter"], ["x", x], ["y", y], ["dy", "4"]]) {
      text.setAttribute(key, value);
    }
    text.textContent = letter;
    group.append(dot, text);
    return group;
  }

  function sentence([letter, words]) {
    const item = document.createElement("li");
    if (letter) {
      const badge = document.createElement("b");
      badge.className = "letter";
      badge.textContent = letter;
      item.append(badge, " ");
    }
    item.append(words);
    return item;
  }

  function show(of) {
    const { texts, least: marked, crossings: crossed, chart: drawn } = outcome(of);
    for (const place of all("[data-out]")) {
      const text = texts[place.dataset.out];
      // What stays as it is is not read out again.
      if (place.textContent !== text) place.textContent = text;
    }
    for (const place of all("[data-least]")) {
      const [where, option] = place.dataset.least.split(" ");
      place.classList.toggle("least", marked[where] === option);
    }
    for (const line of all("path[data-option]")) {
      line.setAttribute("d", drawn.paths[line.dataset.option]);
    }
    document.querySelector("#marks").replaceChildren(...drawn.marks.map(mark));
    document.querySelector("#crossings").replaceChildren(...crossed.map(sentence));
    document.querySelector("#here").setAttribute("transform", `translate(${drawn.here} 0)`);
    for (const button of all("[data-preset]")) {
      const values = presets[button.dataset.preset].scenario;
      const same = Object.keys(start).every((name) => values[name] === of[name]);
      button.setAttribute("aria-pressed", String(same));
      document.getElementById(`why-${button.dataset.preset}`).hidden = !same;
    }
  }

  /** The address holds what differs from the page's beginning; after the #, for pages from disk. */
  function address(of) {
    const differs = Object.entries(of).filter(([name, value]) => value !== start[name]);
    const query = new URLSearchParams(differs.map(([name, value]) => [name, String(value)]));
    return `#${query}`;
  }

  const label = (name) => form.querySelector(`label[for="${name}"]`).textContent.split(":")[0];

  /** A field's value out of the address; undefined if it is none of its kind. */
  function read(name, text) {
    if (typeof start[name] === "boolean") return new Map([["true", true], ["false", false]]).get(text);
    if (typeof start[name] === "number") return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    return [...field(name).options].some((choice) => choice.value === text) ? text : undefined;
  }

  /** What the address asks for; what it asks for in vain is told, and stays as usual. */
  function addressed() {
    const of = { ...start };
    const refused = new Set();
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
      const ours = Object.hasOwn(start, name);
      const value = ours ? read(name, text) : undefined;
      if (value === undefined) refused.add(ours ? label(name) : words.unknown);
      else of[name] = value;
    }
    const note = document.querySelector("#refused");
    note.hidden = !refused.size;
    note.textContent = say("refused", { what: [...refused].join("; ") });
    return of;
  }

  function renew() {
    const of = asked();
    show(of);
    return of;
  }

  function keep(of) {
    document.querySelector("#refused").hidden = true;
    history.replaceState(null, "", address(of));
  }

  form.addEventListener("input", () => keep(renew()));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of all("[data-preset]")) {
    button.addEventListener("click", () => {
      fill(presets[button.dataset.preset].scenario);
      keep(renew());
    });
  }
  addEventListener("hashchange", () => {
    fill(addressed());
    renew();
  });

  for (const part of all("[data-script]")) part.hidden = false;
  form.querySelector("fieldset").disabled = false;
  fill(addressed());
  renew();
})();
