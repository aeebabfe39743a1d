// After an entry is saved: the next person is announced and takes the focus, what was meant for the
// last one is let go of, and the entry can be taken back while the seconds run.

const QUIET = 400; // milliseconds in which a key or click was still meant for the person before
const MEANT = ["keydown", "keypress", "keyup", "pointerdown", "mousedown", "click", "submit"];

function letGo(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function arrive(banner) {
  for (const type of MEANT) window.addEventListener(type, letGo, { capture: true });
  setTimeout(() => {
    for (const type of MEANT) window.removeEventListener(type, letGo, { capture: true });
    document.documentElement.dataset.arrived = "";
  }, QUIET);
  document.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
  // A region that is there when the page loads is not read out; one that fills is.
  const status = banner.querySelector("[role=status]");
  const words = [...status.childNodes];
  status.replaceChildren();
  setTimeout(() => status.replaceChildren(...words), 100);
}

function countDown(form) {
  const until = Date.now() + Number(form.dataset.undo) * 1000;
  const left = form.querySelector("[data-undo-left]");
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds > 0) return left.replaceChildren(String(seconds));
    clearInterval(timer);
    form.remove();
  }, 250);
}

const arrival = document.querySelector("[data-arrival]");
if (arrival) arrive(arrival);
document.querySelectorAll("[data-undo]").forEach(countDown);

// The address is for once: asked for again, the page has nothing new to say.
const address = new URL(location.href);
if (address.searchParams.has("saved")) {
  address.searchParams.delete("saved");
  history.replaceState(history.state, "", address);
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-undo]").forEach((form) => form.remove());
});
