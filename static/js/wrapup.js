// The clock of a call: counts up while it goes on, and anew once it is over. At the target its digits
// turn amber; nothing is ever saved, sent or chosen by it. Where no telephone system says that the
// call ended, choosing what came of it begins the wrap-up. Servers and browsers have clocks of their
// own, so that only lengths of time are taken from the page.

let overAt = null; // kept while the logger is swapped: the wrap-up goes on

const clock = () => document.querySelector("[data-call-clock]");
const ago = (seconds) => performance.now() - Number(seconds) * 1000;

function show() {
  const element = clock();
  if (!element) return;
  const seconds = Math.max(0, Math.floor((performance.now() - (overAt ?? element.startedAt)) / 1000));
  const minutes = Math.floor(seconds / 60);
  element.querySelector("[data-call-time]").textContent = `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  element.querySelector("[data-call-label]").hidden = overAt !== null;
  element.querySelector("[data-wrapup-label]").hidden = overAt === null;
  element.classList.toggle("is-long", overAt !== null && seconds >= Number(element.dataset.target));
  element.hidden = false;
}

function begin() {
  const element = clock();
  if (!element || element.startedAt !== undefined) return;
  element.startedAt = ago(element.dataset.seconds);
  if (element.dataset.wrapup !== undefined) overAt ??= ago(element.dataset.wrapup);
  show();
}

document.addEventListener("change", (event) => {
  const element = clock();
  if (!element || element.dataset.told !== undefined || overAt !== null) return;
  if (!event.target.matches("[data-logger] input[name=result]")) return;
  overAt = performance.now();
  show();
});

document.addEventListener("htmx:load", (event) => {
  const ended = event.detail.elt.dataset?.ended;
  if (ended !== undefined) overAt ??= ago(ended);
  begin();
  show();
});

begin();
setInterval(show, 1000);
