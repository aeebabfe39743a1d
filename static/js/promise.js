// "Shorten to": puts the last day that needs no approval into every part that lies beyond it.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shorten-to]");
  if (!button) return;
  const parts = button.closest("[data-promise]");
  const last = button.dataset.shortenTo;
  for (const day of parts.querySelectorAll('input[type="date"]')) {
    if (day.value > last) day.value = last;
  }
  const first = parts.querySelector('input[type="date"]');
  first.focus();
  // What the promise leads to is asked for anew.
  first.dispatchEvent(new Event("change", { bubbles: true }));
});
