// Walking a list by keys: J the next row, K the one before; Enter follows the link it stands on.
// A list takes part by data-rows on its table and data-row-link on the link of each row.
// People switch single letters off by their preferences: <html data-keys="off">.

const typing = "input, textarea, select, [contenteditable]";
const steps = { KeyJ: 1, KeyK: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (document.documentElement.dataset.keys === "off" || !(event.code in steps)) return;
  if (event.target.closest(typing) || document.querySelector("dialog[open]")) return;
  const links = [...document.querySelectorAll("[data-rows] [data-row-link]")];
  if (!links.length) return;
  event.preventDefault();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 ? 0 : Math.min(Math.max(here + steps[event.code], 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
});
