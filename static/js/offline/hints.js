/**
 * Figures of standards beside what is typed, without the server: the rules of guide/hints.py, on the data that
 * sync/hint_rules.py puts into the page. Numbers stay whole numbers over a power of ten, as exact as they were typed.
 */

/** Return item id -> [{figure, bound, standard, verdict, note, is_met}]; `fieldsOf(item)` are the fields of an item. */
export function hintsOf(rules, items, types, fieldsOf, language) {
  const found = {};
  for (const item of items) {
    const hints = ofItem(rules, item, types, fieldsOf, language);
    if (hints.length) found[item] = hints;
  }
  return found;
}

function ofItem(rules, item, types, fieldsOf, language) {
  const { ids } = rules;
  const hints = [];
  const typed = figure(fieldsOf(item).value?.[0]);
  if (typed) hints.push(...compared(rules, item, typed, whole(1), "figure", {}, language));
  if (item === ids.rooms) hints.push(...ofRooms(rules, types, fieldsOf(item), language));
  if (item === ids.occupancy || item === ids.population) hints.push(...ofOccupancy(rules, types, fieldsOf, language));
  return hints;
}

function ofRooms(rules, types, fields, language) {
  const hints = [];
  for (const [row, room] of Object.entries(rules.rows)) {
    const area = figure(fields[`value.${row}.area`]?.[0]);
    const people = figure(fields[`value.${row}.people`]?.[0]);
    if (!area || !people || people.number === 0n) continue;
    const measure = people.number === 10n ** BigInt(people.decimals) ? "single" : "shared";
    if (applies(rules, measure, types)) hints.push(...compared(rules, rules.ids[measure], area, people, "room", { room }, language));
  }
  return hints;
}

function ofOccupancy(rules, types, fieldsOf, language) {
  const capacity = figure(fieldsOf(rules.ids.capacity).value?.[0]);
  const cells = Object.entries(fieldsOf(rules.ids.population)).filter(([name]) => name.startsWith("value."));
  if (!capacity || capacity.number === 0n || !cells.length || !applies(rules, "occupancy", types)) return [];
  const people = cells.map(([, texts]) => figure(texts[0])).filter(Boolean).reduce(sum, whole(0));
  return compared(rules, rules.ids.occupancy, times(people, whole(100)), capacity, "occupancy", {}, language);
}

function applies(rules, measure, types) {
  return rules.types[measure].some((type) => types.includes(type));
}

/** Hold `measured / per` against each benchmark of an item. */
function compared(rules, item, measured, per, kind, names, language) {
  return (rules.benchmarks[item] ?? []).map((benchmark) => {
    const difference = compare(measured, times(figure(benchmark.value), per));
    const isMet = { min: difference >= 0, max: difference <= 0, below: difference < 0 }[benchmark.comparator];
    const shown = new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(asFloat(measured) / asFloat(per));
    const said = { ...names, figure: shown, unit: benchmark.unit };
    return {
      figure: rules.words[kind].replace(/\{(\w+)\}/g, (_all, name) => said[name]),
      bound: benchmark.bound,
      standard: benchmark.standard,
      note: benchmark.note,
      verdict: isMet ? rules.words.met : rules.words.not_met,
      is_met: isMet,
    };
  });
}

/** Read a number as people type it; null for anything that could be read in two ways. */
function figure(text) {
  const match = /^\s*(\d{1,12})(?:[.,](\d{1,6}))?\s*$/.exec(text ?? "");
  if (!match || (text.includes(",") && match[2].length === 3)) return null;
  const decimals = match[2] ?? "";
  return { number: BigInt(match[1] + decimals), decimals: decimals.length };
}

function whole(number) {
  return { number: BigInt(number), decimals: 0 };
}

function times(one, other) {
  return { number: one.number * other.number, decimals: one.decimals + other.decimals };
}

function sum(one, other) {
  const [left, right, decimals] = aligned(one, other);
  return { number: left + right, decimals };
}

function compare(one, other) {
  const [left, right] = aligned(one, other);
  return left < right ? -1 : Number(left > right);
}

function aligned(one, other) {
  const decimals = Math.max(one.decimals, other.decimals);
  return [one.number * 10n ** BigInt(decimals - one.decimals), other.number * 10n ** BigInt(decimals - other.decimals), decimals];
}

function asFloat({ number, decimals }) {
  return Number(number) / 10 ** decimals;
}
