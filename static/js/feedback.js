// Answers of the server: where focus goes, toasts, forms that must not be sent twice.

const DOUBLE_CLICK = 700; // milliseconds

function takeFocus(root) {
  const target = root.matches?.("[data-takes-focus]") ? root : root.querySelector("[data-takes-focus]");
  if (target) target.focus();
}

function addToast({ text, tone = "success" }) {
  const template = document.querySelector(`template[data-toast-template="${tone}"]`);
  const region = document.querySelector("[data-toasts]");
  if (!template || !region || !text) return;
  const toast = template.content.cloneNode(true);
  toast.querySelector("p").textContent = text;
  region.replaceChildren(toast);
}

function release(form) {
  form.removeAttribute("data-sending");
  form.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

takeFocus(document);

document.addEventListener("htmx:load", (event) => takeFocus(event.detail.elt));
document.body.addEventListener("toast", (event) => addToast(event.detail));

// No connection, or the server failed: what was typed stays, and so does the form's token.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(name, (event) => {
    const region = document.querySelector("[data-toasts]");
    const errorId = event.detail.xhr?.getResponseHeader?.("X-Error-ID");
    const text = [region?.dataset.failed, errorId].filter(Boolean).join(" ");
    if (region) addToast({ text, tone: "danger" });
  });
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The second click of a double click is dropped here; the server drops it by its token as well.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sending")) return event.preventDefault();
  form.setAttribute("data-sending", "");
  event.submitter?.setAttribute("aria-busy", "true");
  // A file comes and the page stays: it may be asked for again, in the other format.
  if (form.hasAttribute("data-download")) setTimeout(release, DOUBLE_CLICK, form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt instanceof HTMLFormElement) release(event.detail.elt);
});

// Back from the browser's page cache: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
});
