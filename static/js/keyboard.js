// Keys of the desk. Listeners stand on the document, so a stray click never loses them.
//   /, Ctrl+K    search            L            the logger
//   1 to 9, 0    choose a result   Ctrl+Enter   save (also from inside a field)
// People switch single letters off by their preferences: <html data-keys="off">.

const letters = { KeyL: "logger" };
const typing = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

function composing(event) {
  // An input method sends 229 also for the Enter that ends a composition.
  return event.isComposing || event.keyCode === 229;
}

function digit(event) {
  const match = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  return match ? match[1] : null;
}

function save(event) {
  const form = event.target.closest("form") || document.querySelector("form[data-main-form]");
  if (!form || form.method !== "post") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-save]") || undefined);
}

function focusOn(selector, event) {
  const target = document.querySelector(selector);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

function chooseResult(number, event) {
  const choice = document.querySelector(`[data-digit="${number}"]:not(:disabled)`);
  if (!choice) return;
  event.preventDefault();
  choice.click();
  choice.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.code === "Enter") return save(event);
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK" && !event.shiftKey) {
    return focusOn("[data-search]", event);
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.documentElement.dataset.keys === "off") return;
  if (event.target.closest(typing) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") return focusOn("[data-search]", event);
  if (letters[event.code] === "logger" && !event.shiftKey) {
    return focusOn("[data-logger] input[type=radio]:checked, [data-logger] input[type=radio]", event);
  }
  const number = digit(event);
  if (number !== null && !event.shiftKey) chooseResult(number, event);
});
