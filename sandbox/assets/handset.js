// Keeps the handset up to date: whenever the sandbox has news, the page is
// fetched again and the parts that changed take the place of the old ones.
// Without this script the page shows the same things after a reload.

"use strict";

const REGIONS = ["phones", "conversation", "call", "figures", "switches", "calling"];

/** Milliseconds between two fetches while news keeps coming. */
const PAUSE = 200;

document.documentElement.classList.add("scripted");

/** Writes times in the visitor's own zone. */
function localTimes() {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.textContent = format.format(moment);
    time.title = moment.toLocaleString(document.documentElement.lang);
  }
}

/** Whether the reader is at the newest message, or there is none. */
function atEnd() {
  const list = document.getElementById("messages");
  return !list || list.scrollHeight - list.scrollTop - list.clientHeight < 48;
}

function scrollToEnd() {
  const list = document.getElementById("messages");
  if (list) list.scrollTop = list.scrollHeight;
}

/** Messages that were not there before come in gently. */
function markArrivals(region, known) {
  for (const message of region.querySelectorAll(".message")) {
    if (!known.has(message.id)) message.classList.add("arrived");
  }
}

/** Puts a fresh region in the place of the old one; focus stays where it was. */
function replaceRegion(id, fresh) {
  const old = document.getElementById(id);
  const next = fresh.getElementById(id);
  if (!old || !next || old.outerHTML === next.outerHTML) return;
  // Nobody's list is closed while they choose from it.
  const form = id === "switches" || id === "calling";
  if (form && old.contains(document.activeElement) && !switched) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const known = new Set([...old.querySelectorAll(".message")].map((message) => message.id));
  const scrolled = document.getElementById("messages")?.scrollTop;
  const follow = atEnd();
  markArrivals(next, known);
  for (const details of next.querySelectorAll("details[id]")) {
    details.open = document.getElementById(details.id)?.open ?? false;
  }
  old.replaceWith(document.adoptNode(next));
  if (id === "conversation") {
    const list = document.getElementById("messages");
    if (list && !follow) list.scrollTop = scrolled;
  }
  if (follow) scrollToEnd();
  if (focused) {
    const same = document.getElementById(focused);
    // Whoever answered goes on with the keys.
    const other = () => document.querySelector("#call button") ?? document.getElementById("messages");
    (same ?? (id === "call" ? other() : null))?.focus({ preventScroll: true });
  }
  if (id === "call") called(old);
}

/** Speaks what is new in a call, or announces it where nothing speaks. */
function called(old) {
  const call = document.getElementById("call");
  const lines = call.querySelector(".transcript");
  if (lines) lines.scrollTop = lines.scrollHeight;
  if (old.dataset.call !== call.dataset.call) return;
  const said = [...call.querySelectorAll("li")].filter((line) => !old.querySelector(`#${line.id}`));
  if (said.some((line) => line.classList.contains("pressed"))) window.speechSynthesis?.cancel();
  const aloud = document.getElementById("aloud");
  if (!aloud.hidden && aloud.querySelector("input").checked) {
    for (const line of said) speak(line.dataset.say, call.dataset);
  } else if (said.length > 0) {
    const texts = said.map((line) => line.textContent);
    document.getElementById("announcement").textContent = texts.join(" ");
  }
}

/** Only an approximation: the browser has other voices than a telephone network. */
function speak(text, { lang, gender }) {
  if (!text) return;
  const speech = new SpeechSynthesisUtterance(text);
  if (lang) speech.lang = lang;
  const own = speechSynthesis.getVoices().filter((voice) => voice.lang.replace("_", "-") === lang);
  const wanted = gender === "F" ? /female|mulher|mujer/i : /\bmale|homem|hombre/i;
  const voice = own.find((voice) => wanted.test(voice.name)) ?? own[0];
  if (voice) speech.voice = voice;
  speechSynthesis.speak(speech);
}

function offerSpeech() {
  const aloud = document.getElementById("aloud");
  if (!("speechSynthesis" in window)) return;
  aloud.hidden = false;
  aloud.addEventListener("change", () => {
    if (!aloud.querySelector("input").checked) speechSynthesis.cancel();
  });
}

let refreshing = false;
let again = false;
let switched = false;

/** Fetches the page and takes over what changed; several pieces of news at once make one fetch. */
async function refresh() {
  if (document.hidden || refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  again = false;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of REGIONS) replaceRegion(id, fresh);
      switched = false;
      localTimes();
    }
  } catch {
    // The sandbox is away; the event stream connects again and asks anew.
  }
  await new Promise((resume) => setTimeout(resume, PAUSE));
  refreshing = false;
  if (again) refresh();
}

function listen() {
  const connection = document.getElementById("connection");
  const show = (live) => {
    connection.hidden = false;
    connection.classList.toggle("lost", !live);
    connection.textContent = live ? connection.dataset.live : connection.dataset.lost;
  };
  const { phone } = document.querySelector(".handset").dataset;
  const shown = phone ? `?${new URLSearchParams({ phone })}` : "";
  const events = new EventSource(`/handset/events${shown}`);
  events.addEventListener("open", () => {
    show(true);
    refresh();
  });
  events.addEventListener("error", () => show(false));
  events.addEventListener("change", refresh);
  events.addEventListener("message", (event) => {
    document.getElementById("announcement").textContent = event.data;
    refresh();
  });
}

/** A switch works as soon as it is moved. */
document.addEventListener("change", async (event) => {
  const form = event.target.closest("form.switches");
  if (!form) return;
  await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  document.getElementById("announcement").textContent = form.dataset.applied;
  switched = true;
  refresh();
});

/** Picking up, keys and hanging up, without loading the page. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("#call form");
  if (!form) return;
  event.preventDefault();
  if (form.action.endsWith("/hang-up")) window.speechSynthesis?.cancel();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  await fetch(form.action, { method: "POST", body });
  refresh();
});

/** The keyboard's digits are the phone's, as long as it listens. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, select, textarea")) return;
  if (!/^[0-9*#]$/.test(event.key)) return;
  const key = document.querySelector("#call[data-hears]") && document.getElementById(`key-${event.key}`);
  if (!key) return;
  event.preventDefault();
  key.click();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && again) refresh();
});

localTimes();
scrollToEnd();
offerSpeech();
listen();
