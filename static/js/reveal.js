// A value shown in clear leaves the page when its time is over, whatever the tab was doing meanwhile.

function hide(element) {
  const word = element.dataset.hiddenWord;
  element.replaceChildren(document.createTextNode(word));
  element.classList.remove("revealed");
  element.removeAttribute("data-hides-after");
}

function watch(element) {
  const until = Date.now() + Number(element.dataset.hidesAfter) * 1000;
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    if (Date.now() < until) return;
    clearInterval(timer);
    hide(element);
  }, 500);
}

function watchAll(root) {
  if (root.matches?.("[data-hides-after]")) watch(root);
  root.querySelectorAll("[data-hides-after]").forEach(watch);
}

watchAll(document);
document.addEventListener("htmx:load", (event) => watchAll(event.detail.elt));

// Back from the browser's page cache: what was shown then is not shown again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-hides-after]").forEach(hide);
});
