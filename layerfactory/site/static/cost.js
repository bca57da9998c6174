// Reckons the cost page anew when a field changes. The same formulas as site/cost/*.py, in whole
// numbers throughout; prices, words and geometry come from there too, in cost-book.js.
(() => {
  "use strict";

  if (!globalThis.layerfactoryCost) return; // It was cut on its way: the page stays as it came.
  const { book, words, lines, options, gateways, rows, samples, geometry, ranges, start, presets } =
    globalThis.layerfactoryCost;
  const COLD_WHOLE = 10_000n;
  const PARTS = 1024n * 1000n * COLD_WHOLE;
  const ATOMS = 10n ** 10n * PARTS;
  const MOST = BigInt(ranges.requests[1]);
  const MOST_SERVERLESS_GB = 6n;
  const VCPU_MB = 1769n;
  const CONNECTIONS_PER_CAPACITY_HOUR = 90_000n;
  const MONTH_MS = BigInt(book.hours) * 3_600_000n;
  const others = Object.keys(options).filter((option) => option !== "functions");
  const most = (a, b) => (a > b ? a : b);
  const least = (a, b) => (a < b ? a : b);

  // ---- what a month costs

  const sum = (quote) => Object.values(quote.lines).reduce((a, b) => a + b, 0n);
  const cents = (atoms) => (200n * atoms + ATOMS) / (2n * ATOMS);
  const missing = (why) => ({ missing: why, partial: "", lines: {} });
  const priced = (parts, partial = "") => ({ missing: "", partial, lines: parts });
  const atLeast = (quote) => !["", "claim"].includes(quote.partial);
  const partsPerRequest = (of) =>
    (BigInt(of.ms) * COLD_WHOLE + BigInt(of.cold) * BigInt(of.init)) * BigInt(of.memory);

  function tiered(tiers, amount, parts) {
    let total = 0n;
    let begun = 0n;
    for (const [price, upTo] of tiers) {
      const end = upTo === null ? amount : least(amount, BigInt(upTo) * parts);
      total += (end - begun) * BigInt(price);
      begun = end;
      if (begun === amount) return total;
    }
    return null;
  }

  function functions(of, requests) {
    const region = book.regions[of.region];
    const prices = region.functions[of.arch];
    if (!prices) return missing("region");
    const freeRequests = of.free ? BigInt(book.free.requests) : 0n;
    const freeParts = of.free ? BigInt(book.free.gb_seconds) * PARTS : 0n;
    const parts = most(requests * partsPerRequest(of) - freeParts, 0n);
    const compute = tiered(prices.gb_second, parts, PARTS);
    if (compute === null) return missing("beyond");
    const billed = most(requests - freeRequests, 0n);
    return priced({ requests: billed * BigInt(prices.request) * PARTS, compute });
  }

  /** The instance or task of a way that runs by the hour, where it has a price. */
  function unitOf(of, option) {
    const region = book.regions[of.region];
    if (option === "realtime") return region.endpoints[of.endpoint];
    return option === "fargate" ? (region.tasks[of.arch] || {})[of.task] : undefined;
  }

  /** How much of a unit's month a request takes: numerator and denominator; null for a claim. */
  function shareOf(unit, of) {
    if (unit.vcpus === null) return null;
    const busy = BigInt(of.ms) * least(BigInt(of.memory), VCPU_MB) * 10_000n;
    return [busy, VCPU_MB * MONTH_MS * BigInt(unit.vcpus) * BigInt(of.load)];
  }

  function running(unit, of, requests) {
    const always = BigInt(of.models) * BigInt(of.copies);
    const share = shareOf(unit, of);
    if (share === null || requests * share[0] <= always * share[1]) return [always, 1n];
    return [requests * share[0], share[1]];
  }

  function byTheHour(unit, of, requests) {
    const [count, whole] = running(unit, of, requests);
    return (BigInt(unit.month) * PARTS * count) / whole;
  }

  function realtime(of, requests) {
    const unit = unitOf(of, "realtime");
    if (!unit) return missing("region");
    const instances = byTheHour(unit, of, requests);
    return priced({ instances }, unit.vcpus === null ? "claim" : "");
  }

  function fargate(of, requests) {
    const unit = unitOf(of, "fargate");
    if (!unit) return missing("region");
    const tasks = byTheHour(unit, of, requests);
    const prices = book.regions[of.region].balancer;
    if (!prices) return priced({ tasks }, "balancer");
    const month = BigInt(prices.month) + (of.gateway === "url" ? BigInt(prices.addresses) : 0n);
    const taken = (requests * BigInt(prices.capacity) * PARTS) / CONNECTIONS_PER_CAPACITY_HOUR;
    return priced({ tasks, balancer: month * PARTS + taken });
  }

  function serverless(of, requests) {
    const price = book.regions[of.region].serverless;
    if (price === null) return missing("region");
    const gb = (BigInt(of.memory) + 1023n) / 1024n;
    if (gb > MOST_SERVERLESS_GB) return missing("memory");
    const compute = requests * BigInt(of.ms) * COLD_WHOLE * gb * 1024n * BigInt(price);
    return priced({ compute }, of.cold * of.init ? "cold" : "");
  }

  const ways = { functions, realtime, serverless, fargate };

  /** What a way costs with the gateway before it; what was claimed is of all parts. */
  function quote(of, option, requests) {
    const own = ways[option](of, requests);
    if (own.missing || own.partial === "claim") return own;
    const tiers = book.regions[of.region].gateways[of.gateway];
    if (!tiers) return { ...own, missing: "gateway" };
    const passing = tiered(tiers, requests, 1n);
    if (passing === null) return { ...own, missing: "beyond" };
    return { ...own, lines: { ...own.lines, gateway: passing * PARTS } };
  }

  // ---- where the cheaper one changes

  function bends(of, option) {
    const region = book.regions[of.region];
    const prices = region.functions[of.arch];
    const gateway = region.gateways[of.gateway];
    if (!prices || !gateway) return [];
    const each = partsPerRequest(of);
    const free = of.free ? BigInt(book.free.gb_seconds) : 0n;
    const ends = gateway.map(([, end]) => (end === null ? null : BigInt(end)));
    for (const [, end] of [...prices.gb_second, [0, 0]]) {
      ends.push(end === null ? null : ((BigInt(end) + free) * PARTS) / each);
    }
    ends.push(of.free ? BigInt(book.free.requests) : 0n);
    const unit = unitOf(of, option);
    const share = unit ? shareOf(unit, of) : null;
    if (share) ends.push((BigInt(of.models) * BigInt(of.copies) * share[1]) / share[0]);
    const all = ends.filter((end) => end !== null).flatMap((end) => [end, end + 1n]);
    const inside = all.filter((bend) => bend > 1n && bend < MOST);
    const sorted = [...new Set([1n, ...inside, MOST])].sort((a, b) => (a < b ? -1 : 1));
    return sorted.filter((requests) => !quote(of, "functions", requests).missing);
  }

  function changes(of, option) {
    if (quote(of, option, 1n).missing) return [];
    const dearer = (n) => sum(quote(of, "functions", n)) > sum(quote(of, option, n));
    const found = [];
    const marks = bends(of, option);
    for (let i = 1; i < marks.length; i += 1) {
      let [begin, end] = [marks[i - 1], marks[i]];
      const after = dearer(end);
      if (dearer(begin) === after) continue;
      while (end - begin > 1n) {
        const middle = (begin + end) / 2n;
        if (dearer(middle) === after) end = middle;
        else begin = middle;
      }
      found.push({ option, requests: end, dearer: after });
    }
    return found;
  }

  function crossings(of) {
    const order = (a, b) => (a.requests === b.requests ? (a.option < b.option ? -1 : 1)
      : a.requests < b.requests ? -1 : 1);
    return others.flatMap((option) => changes(of, option)).sort(order);
  }

  // ---- the picture

  function tenths(value) {
    const whole = Math.floor(value * 10 + 0.5);
    const size = Math.abs(whole);
    return `${whole < 0 ? "-" : ""}${Math.floor(size / 10)}.${size % 10}`;
  }

  function atX(requests) {
    const [begin, end] = geometry.x_decades;
    const power = Math.max(Math.log10(Number(requests)), begin);
    return tenths(geometry.left + (geometry.width * (power - begin)) / (end - begin));
  }

  function atY(atoms) {
    const [begin, end] = geometry.y_decades;
    const power = atoms ? Math.log10(Number(atoms) / Number(ATOMS)) : begin - 1;
    return tenths(geometry.top + (geometry.height * (end - power)) / (end - begin));
  }

  function path(of, option) {
    const points = samples
      .map((requests) => [requests, quote(of, option, BigInt(requests))])
      .filter(([, known]) => !known.missing && sum(known))
      .map(([requests, known]) => `${atX(requests)} ${atY(sum(known))}`);
    return points.length ? `M${points.join("L")}` : "";
  }

  function chart(of, crossed) {
    const letters = crossed.slice(0, geometry.marks.length);
    return {
      paths: Object.fromEntries(Object.keys(options).map((each) => [each, path(of, each)])),
      marks: letters.map(({ option, requests }, i) => ({
        letter: geometry.marks[i],
        x: atX(requests),
        y: atY(sum(quote(of, option, requests))),
      })),
      here: atX(of.requests),
    };
  }

  // ---- what it says

  const commas = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  const dollars = (all) => `$${commas(all / 100n)}.${String(all % 100n).padStart(2, "0")}`;
  const say = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const amount = (rounded, atoms) =>
    atoms && !rounded ? words["under-a-cent"] : dollars(rounded);

  function money(known) {
    if (known.missing) return words.nothing;
    const bill = Object.values(known.lines).reduce((all, atoms) => all + cents(atoms), 0n);
    const rounded = bill || cents(sum(known));
    return atLeast(known) ? words["at-least"] + dollars(rounded) : amount(rounded, sum(known));
  }

  function decimals(amount, whole, digits) {
    const scale = 10n ** BigInt(digits);
    const parts = (amount * scale) / whole;
    return `${commas(parts / scale)}.${String(parts % scale).padStart(digits, "0")}`;
  }

  const short = (part, whole) => decimals(part, whole, 1).replace(/\.0$/, "");
  const having = (quotes) => Object.keys(quotes).filter((option) => !quotes[option].missing);
  const lowest = (quotes) =>
    having(quotes).reduce((a, b) => (sum(quotes[b]) < sum(quotes[a]) ? b : a));

  /** The first of the cheapest ways; empty where none can be told to be it. */
  function cheapest(quotes) {
    if (having(quotes).length < 2) return "";
    return quotes[lowest(quotes)].partial ? "" : lowest(quotes);
  }

  function answer(quotes) {
    const closed = quotes.functions.missing === "gateway";
    if (having(quotes).length < 2) return words[closed ? "answer-gateway" : "answer-none"];
    const all = having(quotes).length === Object.keys(quotes).length;
    const key = cheapest(quotes) ? (all ? "answer" : "answer-known") : "answer-open";
    const option = lowest(quotes);
    const text = say(key, { option: options[option], money: money(quotes[option]) });
    const ours = say("answer-ours", { money: money(quotes.functions) });
    return option === "functions" ? text : `${text} ${ours}`;
  }

  /** How much one instance or task takes, and how many there are of them. */
  function carries(of, option) {
    const unit = unitOf(of, option);
    if (!unit || unit.vcpus === null) return "";
    const busy = 10n * BigInt(of.ms) * least(BigInt(of.memory), VCPU_MB);
    const rate = short(BigInt(unit.vcpus) * BigInt(of.load) * VCPU_MB, busy);
    return say("carries", {
      rate: rate === "0" ? words.few : rate,
      load: of.load,
      count: short(...running(unit, of, BigInt(of.requests))),
    });
  }

  /** Of what is chosen and has no price in the region, what has one. */
  function lacks(of) {
    const region = book.regions[of.region];
    const withOne = (names) =>
      names.length ? say("lacks", { known: names.join("; ") }) : words["lacks-all"];
    const instances = Object.keys(region.endpoints).filter(
      (name) => region.endpoints[name].vcpus !== null,
    );
    const archs = Object.keys(region.tasks).filter((name) => region.tasks[name][of.task]);
    const passages = Object.keys(gateways).filter((name) => region.gateways[name]);
    return {
      "lacks.gateway": region.gateways[of.gateway]
        ? "" : withOne(passages.map((name) => gateways[name])),
      "lacks.endpoint": region.endpoints[of.endpoint] ? "" : withOne(instances),
      "lacks.task": archs.includes(of.arch) ? "" : withOne(archs),
    };
  }

  const doubt = (theirs) => (atLeast(theirs) ? "-perhaps" : theirs.partial ? "-claim" : "");

  function verdict(quotes, option) {
    const [ours, theirs] = [quotes.functions, quotes[option]];
    if (ours.missing || theirs.missing) return "";
    const less = sum(theirs) - sum(ours);
    if (less > 0n) {
      const percent = decimals(less * 100n, sum(theirs), 1);
      return say(atLeast(theirs) ? "less-at-least" : "less", { percent });
    }
    const most = atLeast(theirs) ? "-at-most" : "";
    if (!less) return words[`same${most}`];
    if (sum(ours) < 2n * sum(theirs)) {
      return say(`over${most}`, { percent: decimals(-less * 100n, sum(theirs), 1) });
    }
    return say(`more${most}`, { times: decimals(sum(ours), sum(theirs), 1) });
  }

  function uncrossed(quotes, crossed) {
    return others
      .filter((option) => !quotes.functions.missing && !quotes[option].missing)
      .filter((option) => !crossed.some((each) => each.option === option))
      .map((option) => {
        const dearer = sum(quotes.functions) > sum(quotes[option]);
        const key = dearer ? `always-dearer${doubt(quotes[option])}` : "never-dearer";
        return ["", say(key, { option: options[option] })];
      });
  }

  function quotesAt(of, requests) {
    return Object.fromEntries(
      Object.keys(options).map((option) => [option, quote(of, option, BigInt(requests))]),
    );
  }

  function outcome(of) {
    const crossed = crossings(of);
    const quotes = quotesAt(of, of.requests);
    const drawn = chart(of, crossed);
    const texts = {};
    const marked = { total: cheapest(quotes) };
    for (const [option, known] of Object.entries(quotes)) {
      texts[`total.${option}`] = money(known);
      texts[`why.${option}`] = words[known.missing || known.partial] || "";
      for (const line of Object.keys(lines[option])) {
        const atoms = known.lines[line];
        texts[`line.${option}.${line}`] =
          atoms === undefined ? words.nothing : amount(cents(atoms), atoms);
      }
    }
    for (const requests of rows) {
      const row = quotesAt(of, requests);
      marked[`at.${requests}`] = cheapest(row);
      for (const option of Object.keys(row)) texts[`at.${requests}.${option}`] = money(row[option]);
    }
    for (const option of others) texts[`verdict.${option}`] = verdict(quotes, option);
    for (const option of ["realtime", "fargate"]) texts[`carries.${option}`] = carries(of, option);
    Object.assign(texts, lacks(of), { answer: answer(quotes) });
    const busy = decimals(BigInt(of.requests) * BigInt(of.ms), MONTH_MS, 3);
    texts.busy = say("busy", { busy: busy === "0.000" ? words.hardly : busy });
    texts.here = say("here", { requests: commas(of.requests) });
    const sentences = crossed.slice(0, drawn.marks.length).map((each, i) => [
      drawn.marks[i].letter,
      say(each.dearer ? `dearer${doubt(quotes[each.option])}` : "cheaper", {
        requests: commas(each.requests),
        option: options[each.option],
      }),
    ]);
    return {
      texts,
      least: marked,
      crossings: [...sentences, ...uncrossed(quotes, crossed)],
      chart: drawn,
    };
  }

  globalThis.layerfactoryCost.outcome = outcome;
  if (typeof document === "undefined") return;

  // ---- the page

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
