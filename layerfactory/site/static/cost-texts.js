// What the cost page shows of a scenario: the same texts, marks and lines as site/cost/outcome.py and
// chart.py. Words and geometry come from there, in cost-book.js.
(() => {
  "use strict";

  const given = globalThis.layerfactoryCost;
  if (!given || !given.sums) return;
  const { book, words, lines, options, gateways, rows, samples, geometry } = given;
  const { ATOMS, MONTH_MS, VCPU_MB, atLeast, cents, crossings, least, others } = given.sums;
  const { quote, running, sum, unitOf } = given.sums;

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
    const all = having(quotes).length === Object.keys(quotes).length;
    const mark = words[all ? "mark" : "mark-known"];
    Object.assign(texts, lacks(of), { answer: answer(quotes), mark });
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

  Object.assign(given, { outcome, say });
})();
