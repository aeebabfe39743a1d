// The field agent's day: forms go into a queue that sends them one after the other, now or when the
// network is back. Without scripts each form is simply sent.

import { forget, keep, left } from "./field_queue.js";
import { section, send } from "./field_send.js";

const RETRY = 10_000; // milliseconds
const POSITION_WAIT = { enableHighAccuracy: true, timeout: 8_000, maximumAge: 30_000 };
const ONCE = new Set(["check_in", "report"]); // the others may be said again

const day = document.querySelector("[data-field-day]");
const sync = day.querySelector("[data-sync]");
const queue = [];
let isSending = false;
let isSignedOut = false;

function show() {
  const inMemory = queue.filter((entry) => !entry.isKept).length;
  const parts = [];
  if (isSignedOut) parts.push(sync.dataset.signIn);
  if (queue.length) parts.push(sync.dataset.waiting.replace("#", queue.length));
  if (inMemory) parts.push(sync.dataset.memory.replace("#", inMemory));
  const text = parts.length ? parts.join(" ") : sync.dataset.none;
  if (sync.textContent !== text) sync.textContent = text;
  sync.hidden = false;
  for (const part of day.querySelectorAll("[data-visit]")) {
    const count = queue.filter((entry) => entry.visit === part.dataset.visit).length;
    const kept = part.querySelector("[data-kept]");
    kept.textContent = kept.dataset.text.replace("#", count);
    kept.hidden = count === 0;
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function position() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      (found) => resolve(found.coords),
      () => resolve(null),
      POSITION_WAIT,
    );
  });
}

async function entryOf(form) {
  const body = new FormData(form);
  const at = new Date().toISOString();
  if (form.dataset.act === "check_in") {
    const found = await position();
    for (const name of found ? ["latitude", "longitude", "accuracy"] : []) {
      body.set(name, found[name]);
    }
  }
  body.set("at", at);
  const visit = form.closest("[data-visit]").dataset.visit;
  const { owner } = day.dataset;
  return { key: body.get("key"), visit, act: form.dataset.act, at, owner, href: form.action, body };
}

async function work() {
  if (isSending || !queue.length) return;
  isSending = true;
  const said = { dayHref: day.dataset.dayHref, refused: sync.dataset.refused };
  try {
    while (queue.length) {
      const answer = await send(queue[0], said);
      isSignedOut = answer === "signed out";
      if (answer !== "settled") break;
      await forget(queue.shift());
    }
  } catch {
    // No network: the entry stays where it is, and is sent again under the same key.
  } finally {
    isSending = false;
    show();
  }
}

// Checked in without a network, the page still is the one from before: how it ends comes next.
function openEnding(form) {
  const ending = form.closest("[data-visit]").querySelector("[data-after-check-in]");
  if (ending) ending.open = true;
}

async function take(form, button) {
  const entry = await entryOf(form);
  queue.push(entry);
  await keep(entry);
  button.removeAttribute("aria-busy");
  if (entry.act === "check_in") openEnding(form);
  if (ONCE.has(entry.act)) button.disabled = true;
  else {
    form.reset();
    form.elements.namedItem("key").value = newKey();
  }
  form.removeAttribute("data-taken");
  show();
  await work();
}

day.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button");
    if (form.hasAttribute("data-taken") || button.disabled) return;
    form.setAttribute("data-taken", "");
    button.setAttribute("aria-busy", "true");
    take(form, button);
  },
  true,
);

window.addEventListener("online", work);
setInterval(work, RETRY);
window.addEventListener("beforeunload", (event) => {
  if (queue.some((entry) => !entry.isKept)) event.preventDefault();
});

queue.push(...(await left(day.dataset.owner)).filter((entry) => section(entry.visit)));
if (queue.length) show();
await work();
