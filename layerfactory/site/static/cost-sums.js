// What each way costs a month, and where they cross: the same formulas as site/cost/formulas.py and
// crossings.py, in whole numbers throughout. Prices come from there too, in cost-book.js.
(() => {
  "use strict";

  const given = globalThis.layerfactoryCost;
  if (!given) return; // It was cut on its way: the page stays as it came.
  const { book, options, ranges } = given;
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

  given.sums = {
    ATOMS,
    MONTH_MS,
    VCPU_MB,
    atLeast,
    cents,
    crossings,
    least,
    others,
    quote,
    running,
    sum,
    unitOf,
  };
})();
