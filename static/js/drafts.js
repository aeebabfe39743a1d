// What is typed in the logger is kept on the server: about every two seconds while it changes, and
// when the agent turns to something else. Without JavaScript a button does it.

const EVERY = 2000; // milliseconds

function watch(form) {
  const state = form.querySelector("[data-draft-state]");
  let isChanged = false;
  let timer = null;

  async function keep() {
    clearTimeout(timer);
    timer = null;
    if (!isChanged || form.hasAttribute("data-sending")) return;
    isChanged = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        headers: { "X-Draft": "1" },
        body: new FormData(form),
        keepalive: true, // also when the tab is being closed
      });
      if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
      state.textContent = await answer.text();
    } catch {
      isChanged = true;
      state.textContent = state.dataset.lost;
      timer = setTimeout(keep, EVERY);
    }
  }

  form.addEventListener("input", () => {
    isChanged = true;
    timer ??= setTimeout(keep, EVERY);
  });
  form.addEventListener("focusout", (event) => {
    // From one field to the next is not away; to no element at all is, as when the window goes.
    if (!event.relatedTarget || !form.contains(event.relatedTarget)) keep();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = null;
  });
  window.addEventListener("pagehide", keep);
}

function watchAll(root) {
  if (root.matches?.("form[data-draft]")) watch(root);
  root.querySelectorAll("form[data-draft]").forEach(watch);
}

watchAll(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) watchAll(event.detail.elt);
});
