// Keeps the handset up to date: whenever the sandbox has news, the page is
// fetched again and the parts that changed take the place of the old ones.
// Without this script the page shows the same things after a reload.

"use strict";

const REGIONS = ["phones", "conversation", "figures", "switches"];

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
  if (id === "switches" && old.contains(document.activeElement) && !switched) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const known = new Set([...old.querySelectorAll(".message")].map((message) => message.id));
  const scrolled = document.getElementById("messages")?.scrollTop;
  const follow = atEnd();
  markArrivals(next, known);
  old.replaceWith(document.adoptNode(next));
  if (id === "conversation") {
    const list = document.getElementById("messages");
    if (list && !follow) list.scrollTop = scrolled;
  }
  if (follow) scrollToEnd();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
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
  const events = new EventSource("/handset/events");
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

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && again) refresh();
});

localTimes();
scrollToEnd();
listen();
