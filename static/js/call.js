// A call that nobody answered comes with the result that says so: it is chosen where none is yet.
// Saving stays with the agent. What was chosen by hand is never changed.

function suggest(told) {
  const choice = document.getElementById(`result-${told.dataset.suggested}`);
  if (!choice || choice.form.querySelector("input[name=result]:checked")) return;
  choice.checked = true;
  const more = choice.closest("details");
  if (more) more.open = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("htmx:load", (event) => {
  const told = event.detail.elt;
  if (told.matches?.("[data-suggested]")) suggest(told);
});
