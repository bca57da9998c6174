// Reckons the cost page anew when a field changes. The same formulas as site/cost/*.py, in whole
// numbers throughout; prices, words and geometry come from there too, in cost-book.js.
(() => {
  "use strict";

  const { book, words, lines, options, rows, samples, geometry, ranges, start, presets, hours } =
    globalThis.layerfactoryCost;
  const COLD_WHOLE = 10_000n;
  const PARTS = 1024n * 1000n * COLD_WHOLE;
  const ATOMS = 10n ** 10n * PARTS;
  const MOST = BigInt(ranges.requests[1]);
  const MOST_SERVERLESS_GB = 6n;
  const others = Object.keys(options).filter((option) => option !== "functions");
  const most = (a, b) => (a > b ? a : b);
  const least = (a, b) => (a < b ? a : b);

  // ---- what a month costs

  const sum = (quote) => Object.values(quote.lines).reduce((a, b) => a + b, 0n);
  const cents = (atoms) => (200n * atoms + ATOMS) / (2n * ATOMS);
  const missing = (why) => ({ missing: why, lines: {} });
  const priced = (parts) => ({ missing: "", lines: parts });
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
    const gateway = region.gateways[of.gateway];
    if (!prices || !gateway) return missing(prices ? "gateway" : "region");
    const freeRequests = of.free ? BigInt(book.free.requests) : 0n;
    const freeParts = of.free ? BigInt(book.free.gb_seconds) * PARTS : 0n;
    const parts = most(requests * partsPerRequest(of) - freeParts, 0n);
    const compute = tiered(prices.gb_second, parts, PARTS);
    const passing = tiered(gateway, requests, 1n);
    if (compute === null || passing === null) return missing("beyond");
    return priced({
      requests: most(requests - freeRequests, 0n) * BigInt(prices.request) * PARTS,
      compute,
      gateway: passing * PARTS,
    });
  }

  function always(month, of, name) {
    if (month === undefined) return missing("region");
    return priced({ [name]: BigInt(month) * BigInt(of.models) * BigInt(of.copies) * PARTS });
  }

  function serverless(of, requests) {
    const price = book.regions[of.region].serverless;
    if (price === null) return missing("region");
    const gb = (BigInt(of.memory) + 1023n) / 1024n;
    if (gb > MOST_SERVERLESS_GB) return missing("memory");
    return priced({ compute: requests * BigInt(of.ms) * COLD_WHOLE * gb * 1024n * BigInt(price) });
  }

  const ways = {
    functions,
    realtime: (of) => always(book.regions[of.region].endpoints[of.endpoint], of, "instances"),
    serverless,
    fargate: (of) => always((book.regions[of.region].tasks[of.arch] || {})[of.task], of, "tasks"),
  };
  const quote = (of, option, requests) => ways[option](of, requests);

  // ---- where the cheaper one changes

  function bends(of) {
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
    const all = ends.filter((end) => end !== null).flatMap((end) => [end, end + 1n]);
    const inside = all.filter((bend) => bend > 1n && bend < MOST);
    const sorted = [...new Set([1n, ...inside, MOST])].sort((a, b) => (a < b ? -1 : 1));
    return sorted.filter((requests) => !quote(of, "functions", requests).missing);
  }

  function changes(of, option) {
    if (quote(of, option, 1n).missing) return [];
    const dearer = (n) => sum(quote(of, "functions", n)) > sum(quote(of, option, n));
    const found = [];
    const marks = bends(of);
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

  function money(known) {
    if (known.missing) return words.nothing;
    return dollars(Object.values(known.lines).reduce((all, atoms) => all + cents(atoms), 0n));
  }

  function decimals(amount, whole, digits) {
    const scale = 10n ** BigInt(digits);
    const parts = (amount * scale) / whole;
    return `${commas(parts / scale)}.${String(parts % scale).padStart(digits, "0")}`;
  }

  function cheapest(quotes) {
    const known = Object.keys(quotes).filter((option) => !quotes[option].missing);
    const better = (a, b) => (sum(quotes[b]) < sum(quotes[a]) ? b : a);
    return known.length ? known.reduce(better) : "";
  }

  function verdict(quotes, option) {
    const [ours, theirs] = [quotes.functions, quotes[option]];
    if (ours.missing || theirs.missing) return "";
    const less = sum(theirs) - sum(ours);
    if (less > 0n) return say("less", { percent: decimals(less * 100n, sum(theirs), 1) });
    return less ? say("more", { times: decimals(sum(ours), sum(theirs), 1) }) : words.same;
  }

  function uncrossed(quotes, crossed) {
    return others
      .filter((option) => !quotes.functions.missing && !quotes[option].missing)
      .filter((option) => !crossed.some((each) => each.option === option))
      .map((option) => {
        const dearer = sum(quotes.functions) > sum(quotes[option]);
        return ["", say(dearer ? "always-dearer" : "never-dearer", { option: options[option] })];
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
    const lowest = { total: cheapest(quotes) };
    for (const [option, known] of Object.entries(quotes)) {
      texts[`total.${option}`] = money(known);
      texts[`why.${option}`] = known.missing ? words[known.missing] : "";
      for (const line of Object.keys(lines[option])) {
        texts[`line.${option}.${line}`] =
          known.missing ? words.nothing : dollars(cents(known.lines[line]));
      }
    }
    for (const requests of rows) {
      const row = quotesAt(of, requests);
      lowest[`at.${requests}`] = cheapest(row);
      for (const option of Object.keys(row)) texts[`at.${requests}.${option}`] = money(row[option]);
    }
    for (const option of others) texts[`verdict.${option}`] = verdict(quotes, option);
    const busy = decimals(BigInt(of.requests) * BigInt(of.ms), BigInt(hours) * 3_600_000n, 3);
    texts.busy = say("busy", { busy: busy === "0.000" ? words.hardly : busy });
    texts.here = say("here", { requests: commas(of.requests) });
    const sentences = crossed.slice(0, drawn.marks.length).map((each, i) => [
      drawn.marks[i].letter,
      say(each.dearer ? "dearer" : "cheaper", {
        requests: commas(each.requests),
        option: options[each.option],
      }),
    ]);
    return {
      texts,
      least: lowest,
      crossings: [...sentences, ...uncrossed(quotes, crossed)],
      chart: drawn,
    };
  }

  globalThis.layerfactoryCost.outcome = outcome;
  if (typeof document === "undefined") return;

  // ---- the page

  const form = document.querySelector("#cost");
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
    const typed = Math.round(Number(input.value) * (name === "cold" ? 100 : 1));
    const right = input.value.trim() !== "" && typed >= low && typed <= high;
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

  /** Fields offer what the region has a price for. */
  function offer(of) {
    const region = book.regions[of.region];
    const known = {
      arch: region.functions,
      gateway: region.gateways,
      endpoint: region.endpoints,
    };
    for (const [name, has] of Object.entries(known)) {
      const choices = [...field(name).options];
      for (const choice of choices) choice.disabled = !Object.hasOwn(has, choice.value);
      if (!Object.hasOwn(has, of[name])) {
        of[name] = choices.find((choice) => !choice.disabled).value;
        field(name).value = of[name];
      }
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
    const { texts, least: lowest, crossings: crossed, chart: drawn } = outcome(of);
    for (const place of all("[data-out]")) place.textContent = texts[place.dataset.out];
    for (const place of all("[data-least]")) {
      const [where, option] = place.dataset.least.split(" ");
      place.classList.toggle("least", lowest[where] === option);
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

  function addressed() {
    const of = { ...start };
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
      if (!Object.hasOwn(start, name)) continue;
      const usual = start[name];
      if (typeof usual === "boolean") of[name] = text === "true";
      else if (typeof usual === "number") of[name] = Number.isFinite(Number(text)) ? Number(text) : usual;
      else if ([...field(name).options].some((choice) => choice.value === text)) of[name] = text;
    }
    return of;
  }

  function renew() {
    const of = asked();
    offer(of);
    show(of);
    return of;
  }

  function keep(of) {
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
