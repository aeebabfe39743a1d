// Keys of the desk. Listeners stand on the document, so a stray click never loses them.
//   /, Ctrl+K    search            L            the logger
//   1 to 9, 0    choose a result   Ctrl+S       save, also from inside a field
//   Ctrl+Enter   save and go on to the next person, where there is one; else save
//   J, K         next, previous row of [data-rows]; X chooses it, Enter opens it
//   ?            the list of keys; any other letter: what carries it as data-key
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
  const button = event.code === "Enter" ? form.querySelector("[data-save-next]") : null;
  form.requestSubmit(button || form.querySelector("[data-save]") || undefined);
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
  (firstAsked(choice) ?? choice).focus();
}

// The first field that the result asks for; what has a usual answer is passed over.
function firstAsked(choice) {
  if (!choice.matches("input[data-asks]")) return null;
  const parts = [...choice.form.querySelectorAll("[data-part]:not([data-part=message])")];
  const asked = parts.filter((part) => choice.dataset.asks.split(" ").includes(part.dataset.part));
  const field = asked[0]?.querySelector("input:not([type=hidden]), select, textarea");
  if (field?.matches("input[type=text], input[type=number]")) field.select();
  // What the promise would do to the loan is asked for as if it had been typed.
  if (field?.closest("[data-promise]")) field.dispatchEvent(new Event("change", { bubbles: true }));
  return field;
}

function moveRow(step, event) {
  const rows = [...document.querySelectorAll("[data-rows] > tr")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1)];
  event.preventDefault();
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

function chooseRow(event) {
  const choice = document.activeElement.closest("[data-rows] > tr")?.querySelector("input[type=checkbox]");
  if (!choice) return;
  event.preventDefault();
  choice.click();
}

function showKeys(event) {
  const help = document.querySelector("[data-keys-help]");
  if (!help) return;
  event.preventDefault();
  help.open = !help.open;
  help.querySelector("summary").focus();
  help.scrollIntoView({ block: "nearest" });
}

// What carries the letter does it: a button is pressed, a menu opens, anything else takes the focus.
function useCarrier(event) {
  const carrier = document.querySelector(`[data-key="${event.code}"]`);
  if (!carrier) return;
  event.preventDefault();
  if (carrier instanceof HTMLDetailsElement) {
    carrier.open = true;
    carrier.querySelector("select, input, button, a[href]")?.focus();
  } else if (carrier.matches("button, a[href]")) {
    carrier.click();
  } else {
    carrier.focus();
  }
  carrier.scrollIntoView({ block: "nearest" });
}

const rowKeys = { KeyJ: (event) => moveRow(1, event), KeyK: (event) => moveRow(-1, event), KeyX: chooseRow };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event)) return;
  const saves = event.code === "Enter" || (event.code === "KeyS" && document.querySelector("form[data-main-form]"));
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && saves) return save(event);
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
  if (event.key === "?") return showKeys(event);
  const number = digit(event);
  if (event.shiftKey) return;
  if (number !== null) return chooseResult(number, event);
  if (document.querySelector("[data-rows]") && rowKeys[event.code]) return rowKeys[event.code](event);
  useCarrier(event);
});
