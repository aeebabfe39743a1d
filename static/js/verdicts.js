// A verdict names the instant at which it changes. The page asks again then, once; it never polls.

const timers = new WeakMap();
const longest = 2 ** 31 - 1; // what setTimeout can hold

function watch(element) {
  const wait = Date.parse(element.dataset.flipsAt) - Date.now();
  if (Number.isNaN(wait) || timers.has(element)) return;
  const timer = setTimeout(() => {
    timers.delete(element);
    if (!element.isConnected) return;
    if (wait > longest) return watch(element);
    const target = element.closest("[data-refreshed]") ?? element; // all that comes back at once
    window.htmx.ajax("GET", element.dataset.refresh, { target, swap: "outerHTML" });
    // A second after the instant, so that the server's clock has passed it too; an instant long
    // gone is asked for again no faster than every five seconds.
  }, Math.min(Math.max(wait + 1000, 5000), longest));
  timers.set(element, timer);
}

function watchAll(root) {
  if (root.matches?.("[data-flips-at]")) watch(root);
  root.querySelectorAll("[data-flips-at]").forEach(watch);
}

watchAll(document);
document.addEventListener("htmx:load", (event) => watchAll(event.detail.elt));
