// Writes the texts that `cargo xtask bench core` counts, the same ones every time:
//
//     node core/data/bench/generate.mjs
//
// One JSON object a line, as `septet count --jsonl` reads them. Portuguese, Spanish
// and English take turns. For GSM-7, letters that the default alphabet lacks lose their
// marks, as senders write who do not want to pay for UCS-2; `é`, `ñ` or `à` stay.
// Lengths are in code points.

import { readFileSync, writeFileSync } from "node:fs";

const here = new URL("./", import.meta.url);
const tables = JSON.parse(readFileSync(new URL("../gsm_tables.json", here), "utf8"));
const BASIC = new Set(tables.locking.default.filter((code) => code !== null).map((code) => String.fromCodePoint(code)));
const EXTENSION = new Set(Object.values(tables.single.default));

const STORES = ["Casa Aurora", "Mercado Sol", "Livraria Tejo", "Óptica Luz", "Café Guimarães", "Farmácia Serra", "Moda Niña", "Zapatería Peña", "Urban Bikes", "Green Garden"];
const NAMES = ["João", "Inês", "Conceição", "Tomé", "Begoña", "Íñigo", "José", "Mónica", "Emily", "Jürgen", "Zoë", "Noah"];
const TOWNS = ["Lisboa", "Évora", "Covilhã", "São João da Madeira", "A Coruña", "Málaga", "Logroño", "León", "Bristol", "Leeds"];
const CODES = ["VERAO25", "BLACK50", "HOLA10", "VIP2026", "NATAL15", "REBAJAS", "SAVE20", "FRETE0"];
const LINKS = ["https://s.example/a8Kd2", "https://s.example/Qx71p", "s.example/promo", "https://s.example/b/77?c=1"];

/** Sentences by language; `{…}` is filled in from the lists above or with a number. */
const SENTENCES = {
  pt: [
    "Olá {name}, a nova coleção já chegou à {store}!",
    "Só hoje: {percent}% de desconto em toda a loja com o código {code}.",
    "Até amanhã às {hour}h, compre dois artigos e leve três.",
    "A sua encomenda n. {number} está pronta para levantar em {town}.",
    "Não perca as promoções de verão: frete grátis acima de {price} euros.",
    "Lembramos a sua marcação na {store} no dia {day} às {hour}h30.",
    "Você tem {number} pontos que expiram no dia {day}; troque-os já.",
    "Peça já o seu crédito: aprovação em 24 horas e sem comissões.",
    "Obrigado pela preferência, {name}. O café é por nossa conta!",
    "Saiba mais em {link}",
    "Para não receber mais mensagens responda SAIR.",
    "Seu código de confirmação é {number}. Não o partilhe com ninguém.",
  ],
  es: [
    "¡Hola {name}! Ya está aquí la nueva colección de {store}.",
    "Este fin de semana, {percent}% de descuento con el código {code}.",
    "¿Todavía no lo has visto? Ven mañana a partir de las {hour}:00.",
    "Tu pedido {number} ya está listo para recoger en {town}.",
    "Rebajas de otoño: envío gratis en compras de más de {price} euros.",
    "Te esperamos en {store} el día {day} a las {hour}:30, señor cliente.",
    "Acumulas {number} puntos; canjéalos antes del día {day}.",
    "Añade un segundo artículo y llévate el más barato a mitad de precio.",
    "Gracias por tu compra, {name}. ¡Feliz cumpleaños de parte del equipo!",
    "Más información en {link}",
    "Para darte de baja responde BAJA.",
    "Tu código de verificación es {number}. No lo compartas con nadie.",
  ],
  en: [
    "Hi {name}, the new season has just landed at {store}!",
    "Today only: {percent}% off everything with code {code} at checkout.",
    "Doors open at {hour}:00 tomorrow, first come first served.",
    "Your order {number} is ready for collection in {town}.",
    "Free delivery on all orders over £{price} until Sunday.",
    "Reminder: you have an appointment at {store} on the {day}th at {hour}:30.",
    "You have {number} points to spend before the {day}th.",
    "Buy one, get one half price on all garden furniture this week.",
    "Thanks for shopping with us, {name}. Tell us how we did!",
    "See more at {link}",
    "Reply STOP to opt out.",
    "Your security code is {number}. Never share it with anyone.",
  ],
};

/** The same with characters of the extension table. */
const EXTENDED = {
  pt: [
    "Agora só {price},99 € (antes {before} €) [oferta limitada]!",
    "Lojas: {town} | {town} | {town}.",
    "Caro {{nome}}, poupe ~{percent}% até dia {day} ^_^",
    "[{store}] Pague {price} € por mês, sem entrada.",
  ],
  es: [
    "Ahora solo {price},95 € (antes {before} €) [hasta agotar existencias].",
    "Tiendas: {town} | {town} | {town}.",
    "Estimado {{cliente}}, ahorra ~{percent}% hasta el día {day} ^_^",
    "[{store}] Cuota de {price} € al mes, sin sorpresas.",
  ],
  en: [
    "Now only €{price}.99 (was €{before}) [while stocks last].",
    "Stores: {town} | {town} | {town}.",
    "Dear {{customer}}, save ~{percent}% until the {day}th ^_^",
    "[{store}] Log in at C:\\KIOSK and pay €{price} a month.",
  ],
};

const EMOJI = ["🎉", "🔥", "😀", "😍", "🛍️", "❤️", "👍🏽", "🚚", "⏰", "✅", "☀️", "🎁", "💶", "🇵🇹", "🇪🇸", "👨‍👩‍👧", "✨", "📦"];

/** mulberry32: 32 bits of state are plenty here. */
function dice(seed) {
  let state = seed;
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low, high) => low + Math.floor(roll() * (high - low + 1));
  return { between, chance: (of) => roll() < of, one: (list) => list[between(0, list.length - 1)] };
}

function filled(sentence, { between, one }) {
  const values = {
    name: () => one(NAMES),
    store: () => one(STORES),
    town: () => one(TOWNS),
    code: () => one(CODES),
    link: () => one(LINKS),
    percent: () => between(1, 14) * 5,
    price: () => between(5, 90),
    before: () => between(91, 199),
    day: () => between(4, 20),
    hour: () => between(9, 20),
    number: () => between(1000, 99999),
  };
  return sentence.replace(/(?<!\{)\{(\w+)\}(?!\})/g, (_, name) => values[name]()).replace("{{", "{").replace("}}", "}");
}

/** Letters that the default alphabet lacks, without their marks. */
function plain(text) {
  const kept = (character) => (BASIC.has(character) || EXTENSION.has(character) ? character : character.normalize("NFD")[0]);
  return Array.from(text, kept).join("");
}

const KINDS = {
  gsm7: (language, luck) => plain(filled(luck.one(SENTENCES[language]), luck)),
  extended: (language, luck) => plain(filled(luck.one(luck.chance(0.4) ? EXTENDED[language] : SENTENCES[language]), luck)),
  ucs2: (language, luck) => {
    const sentence = filled(luck.one(SENTENCES[language]), luck);
    return luck.chance(0.6) ? `${sentence} ${luck.one(EMOJI)}` : sentence;
  },
};

/** What must be so for a text to be of its kind. */
const HOLDS = {
  gsm7: (characters) => characters.every((character) => BASIC.has(character)),
  extended: (characters) =>
    characters.every((character) => BASIC.has(character) || EXTENSION.has(character)) &&
    characters.some((character) => EXTENSION.has(character)) &&
    characters.some((character) => BASIC.has(character) && character > "\u00bf"),
  ucs2: (characters) => characters.some((character) => character.length === 2),
};

function text(kind, language, low, high, luck) {
  for (;;) {
    const wanted = luck.between(low, high);
    const sentences = [];
    let characters = [];
    while (characters.length < wanted) {
      const sentence = KINDS[kind](language, luck);
      if (!sentences.includes(sentence)) sentences.push(sentence);
      characters = Array.from(sentences.join(" "));
    }
    // Cut anywhere, but at no space, which senders would trim.
    characters.length = wanted;
    if (characters.at(-1) !== " " && HOLDS[kind](characters)) return characters.join("");
  }
}

const CORPORA = [
  ["gsm7", "gsm7", 256, 40, 150],
  ["extended", "extended", 256, 320, 640],
  ["ucs2", "ucs2", 256, 60, 200],
  ["gsm7-1600", "gsm7", 64, 1600, 1600],
  ["extended-1600", "extended", 64, 1600, 1600],
  ["ucs2-1600", "ucs2", 64, 1600, 1600],
];

CORPORA.forEach(([name, kind, count, low, high], seed) => {
  const luck = dice(seed + 1);
  const languages = Object.keys(SENTENCES);
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ text: text(kind, languages[index % languages.length], low, high, luck) }),
  );
  writeFileSync(new URL(`${name}.jsonl`, here), `${lines.join("\n")}\n`);
});
