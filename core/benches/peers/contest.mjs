// What is measured of JavaScript, in Node as in a browser: whoever counts, all given the
// same strings, so that the package pays for the way into WASM and back; and a forecast.
//
// Everyone takes short turns, one after the other, in many rounds: what disturbs the
// machine meets them all, and the median of the turns leaves most of it out.

export const CORPORA = ["gsm7", "extended", "ucs2", "gsm7-1600", "extended-1600", "ucs2-1600"];

const ROUNDS = 101;
const WARM_UP_MS = 300;
const TURN_MS = 3;
/** Who takes longer than so many turns for all texts takes part in few of the rounds. */
const SLOW_TURNS = 10;
const ROUNDS_OF_SLOW = 5;

const UNITS = new Map();
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
for (const character of BASIC) UNITS.set(character.codePointAt(0), 1);
for (const character of "\f^{}\\[~]|€") UNITS.set(character.codePointAt(0), 2);

/** What a programmer writes in an afternoon: one pass chooses the alphabet, a second one fills the parts. */
function plainLoop(text) {
  let units = 0;
  let gsm7 = true;
  for (let index = 0; index < text.length && gsm7; index++) {
    const size = UNITS.get(text.codePointAt(index));
    if (size === undefined) gsm7 = false;
    else units += size;
  }
  if (!gsm7) units = text.length;
  const alone = gsm7 ? 160 : 70;
  if (units <= alone) return { gsm7, units, parts: 1, remaining: alone - units };
  const each = gsm7 ? 153 : 67;
  let parts = 1;
  let filled = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index);
    const size = gsm7 ? UNITS.get(code) : code > 0xffff ? 2 : 1;
    if (code > 0xffff) index++;
    if (filled + size > each) {
      parts++;
      filled = 0;
    }
    filled += size;
  }
  return { gsm7, units, parts, remaining: each - filled };
}

/** Each takes texts and gives their numbers of parts. */
export const all = (one) => (texts) => texts.map(one);

export const contestants = (septet) => [
  { name: "plain loop", count: all((text) => plainLoop(text).parts) },
  { name: "septet count", count: all((text) => septet.count(text).parts) },
  { name: "septet countMany", count: (texts) => septet.countMany(texts).map(({ parts }) => parts) },
  { name: "septet segment", count: all((text) => septet.segment(text).parts.length) },
];

/** Milliseconds that so many rounds through the texts take. */
function turn(count, texts, times) {
  const start = performance.now();
  for (let time = 0; time < times; time++) count(texts);
  return performance.now() - start;
}

/** Milliseconds that a round through the texts takes, once the engine knows what it is about. */
function warm(count, texts) {
  let times = 0;
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS) {
    count(texts);
    times++;
  }
  return (performance.now() - start) / times;
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** For each who counts the texts of a corpus: the nanoseconds for one, and how many are counted otherwise. */
export function measure(corpus, texts, who, segment) {
  const right = texts.map((text) => segment(text).parts.length);
  const entries = who.map(({ name, count }) => {
    const parts = count(texts);
    const differs = right.filter((expected, index) => parts[index] !== expected).length;
    return { name, count, differs, turns: [] };
  });
  for (const entry of entries) {
    const took = warm(entry.count, texts);
    entry.times = Math.max(1, Math.round(TURN_MS / took));
    entry.rounds = took > TURN_MS * SLOW_TURNS ? ROUNDS_OF_SLOW : ROUNDS;
  }
  for (let round = 0; round < ROUNDS; round++) {
    entries.forEach((_, index) => {
      const { count, times, turns, rounds } = entries[(index + round) % entries.length];
      if (round < rounds) turns.push((turn(count, texts, times) * 1e6) / times / texts.length);
    });
  }
  return entries.map(({ name, differs, turns }) => ({ corpus, name, differs, nanoseconds: median(turns) }));
}

const CONTACTS = 100_000;
const FORECASTS = 15;
const FIRST = ["Ana", "João", "Maria", "José", "Inês", "Rui", "Begoña", "Carlos", "Luís", "Marta", "Pedro", "Conceição"];
const CITIES = ["Lisboa", "Porto", "Évora", "Vila Nova de Gaia", "Madrid", "A Coruña", "Faro", ""];
/** As `forecast.rs` has them. */
const TEMPLATES = {
  "one part": "Olá {{firstname|cliente}}, a loja de {{city|sempre}} tem o seu vale {{code}} à espera. {UNSUB_URL}",
  "two parts":
    "Olá {{firstname|cliente}}! Na loja de {{city|sempre}} o seu vale {{code}} dá 10 € em compras de 50 € [até domingo] e 20 € acima de 90 €. Basta mostrar esta mensagem na caixa; não é acumulável com outras campanhas. Sair: {UNSUB_URL}",
};

/** Milliseconds that a forecast takes, by template and by how the contacts are given. */
export function measureForecasts(forecast) {
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const rows = Array.from({ length: CONTACTS }, () => {
    const code = `V${String(next(1_000_000)).padStart(6, "0")}`;
    return { firstname: FIRST[next(FIRST.length)], city: CITIES[next(CITIES.length)], code };
  });
  const column = (name) => rows.map((row) => row[name]);
  const columns = { firstname: column("firstname"), city: column("city"), code: column("code") };
  const links = { shortBase: "https://s.example/l/", unsubscribeBase: "https://s.example/u/", codeLength: 10 };
  const options = { links, shorten: true, provider: true, maxParts: 5 };
  const entries = Object.entries(TEMPLATES).flatMap(([name, template]) => [
    { name: `${name}, columns`, contacts: columns, template, turns: [] },
    { name: `${name}, rows`, contacts: rows, template, turns: [] },
  ]);
  for (let round = 0; round < FORECASTS; round++) {
    for (const { contacts, template, turns } of entries) {
      const start = performance.now();
      const { rows } = forecast(template, contacts, options);
      turns.push(performance.now() - start);
      if (rows !== CONTACTS) throw new Error(`a forecast of ${rows} rows`);
    }
  }
  return entries.map(({ name, turns }) => ({ name, milliseconds: median(turns) }));
}
