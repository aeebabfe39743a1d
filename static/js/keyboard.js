// Keys of the desk. Listeners stand on the document, so a stray click never loses them.
//   /, Ctrl+K    search            L            the logger
//   1 to 9, 0    choose a result   Ctrl+S       save, also from inside a field
//   Ctrl+Enter   save and go on to the next person, where there is one; else save
//   J, K         next, previous row of [data-rows]; X chooses it, Enter opens it
//   Esc          leaves a field, closes what is open
//   ?            the list of keys; any other letter: what carries it as data-key
// People choose how letters, digits and signs work: <html data-keys="alt"> wants Alt held, "off" has
// none of them. Keys with Ctrl work always.

const way = document.documentElement.dataset.keys ?? "letters";
const typing = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

function composing(event) {
  // An input method sends 229 also for the Enter that ends a composition.
  return event.isComposing || event.keyCode === 229;
}

function isSingle(event) {
  return way !== "off" && !event.ctrlKey && !event.metaKey && event.altKey === (way === "alt");
}

// With Alt some keyboards print another sign; what lies under the finger still counts.
function isSign(event, sign) {
  return event.key === sign || (event.altKey && event.code === "Slash" && event.shiftKey === (sign === "?"));
}

function digit(event) {
  const match = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  return match ? match[1] : null;
}

function save(event) {
  const form = event.target.closest("form") || document.querySelector("form[data-main-form]");
  if (!form || form.method !== "post") return;
  event.preventDefault();
  const next = event.code === "Enter" ? form.querySelector("[data-save-next]") : null;
  const button = next ?? form.querySelector("[data-save]");
  // A click, not a submit: htmx sends the name of the button that was clicked last.
  if (button) return button.click();
  form.requestSubmit();
}

function focusOn(selector, event) {
  const target = document.querySelector(selector);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

function choose(choice, event) {
  if (!choice) return;
  event.preventDefault();
  const folded = choice.closest("details:not([open])");
  if (folded && choice.tagName !== "SUMMARY") folded.open = true;
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
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

function chooseRow(event) {
  const row = document.activeElement.closest("[data-rows] > tr");
  choose(row?.querySelector("input[type=checkbox]"), event);
}

// What carries the letter does it: a result is chosen, a button pressed, a menu opened, else focused.
function useCarrier(event) {
  const carrier = document.querySelector(`[data-key="${event.code}"]:not([hidden])`);
  if (!carrier) return;
  if (carrier.matches("input[type=radio]")) return choose(carrier, event);
  event.preventDefault();
  if (carrier instanceof HTMLDetailsElement) {
    carrier.open = true;
    carrier.querySelector("select, input:not([type=hidden]), textarea, button, a[href]")?.focus();
  } else if (carrier.matches("button, a[href]")) {
    carrier.click();
  } else {
    carrier.focus();
  }
  carrier.scrollIntoView({ block: "nearest" });
}

// Out of a field, so that letters are keys again; outside of one, what is open is closed.
function leave(event) {
  const field = event.target.closest(typing);
  if (field) return field.blur();
  const open = event.target.closest("details[open]:not(.menu)") ?? document.querySelector("a[data-closes]");
  if (open instanceof HTMLDetailsElement) {
    open.open = false;
    open.querySelector("summary").focus();
  } else {
    open?.click();
  }
}

const rowKeys = { KeyJ: (event) => moveRow(1, event), KeyK: (event) => moveRow(-1, event), KeyX: chooseRow };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event)) return;
  const help = document.querySelector("dialog[data-keys-help]");
  const saves = event.code === "Enter" || (event.code === "KeyS" && document.querySelector("form[data-main-form]"));
  const single = isSingle(event) && !event.target.closest(typing);
  if (single && isSign(event, "?") && help?.open) return help.close();
  if (document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    if (saves) return save(event);
    if (event.code === "KeyK") return focusOn("[data-search]", event);
  }
  if (event.key === "Escape") return leave(event);
  if (!single) return;
  if (isSign(event, "/")) return focusOn("[data-search]", event);
  if (isSign(event, "?")) return help?.dispatchEvent(new Event("keys:show"));
  if (event.shiftKey) return;
  const number = digit(event);
  if (number !== null) return choose(document.querySelector(`[data-digit="${number}"]:not(:disabled)`), event);
  if (document.querySelector("[data-rows]") && rowKeys[event.code]) return rowKeys[event.code](event);
  if (event.code === "KeyL") {
    return focusOn("[data-logger] input[type=radio]:checked, [data-logger] input[type=radio]", event);
  }
  useCarrier(event);
});
