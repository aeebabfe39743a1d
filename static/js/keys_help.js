// The list of keys: it prints those that do something on this page as it stands now, the way the
// reader has chosen. Without scripts there are no keys, and no button for the list either.

const way = document.documentElement.dataset.keys ?? "letters";
const help = document.querySelector("dialog[data-keys-help]");

function show() {
  for (const row of help.querySelectorAll("[data-for]")) {
    const works = document.querySelector(row.dataset.for) && !(way === "off" && row.querySelector("kbd.single"));
    row.hidden = !works;
  }
  document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
  help.showModal();
}

// What assistive technology announces is what works.
function announceKeys(part) {
  if (way === "letters") return;
  for (const carrier of part.querySelectorAll("[aria-keyshortcuts]")) {
    const keys = carrier.getAttribute("aria-keyshortcuts").split(" ");
    const active = keys.filter((key) => key.length > 1 || way === "alt");
    carrier.setAttribute("aria-keyshortcuts", active.map((key) => (key.length > 1 ? key : `Alt+${key}`)).join(" "));
    if (!active.length) carrier.removeAttribute("aria-keyshortcuts");
  }
}

if (help) {
  help.addEventListener("keys:show", show);
  for (const button of document.querySelectorAll("[data-shows-keys]")) {
    button.hidden = false;
    button.addEventListener("click", show);
  }
  announceKeys(document);
  document.addEventListener("htmx:load", (event) => announceKeys(event.detail.elt));
}
