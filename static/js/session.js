// Warns a minute before the session ends, and lets the person stay (WCAG 2.2.1). Another tab may
// have lengthened it meanwhile, so the server is asked before anybody is disturbed.

const WARNING = 60; // seconds before the end
const warning = document.querySelector("dialog[data-session-left]");
let timer = 0;

function show(selector, isShown) {
  warning.querySelectorAll(selector).forEach((part) => part.toggleAttribute("hidden", !isShown));
}

function open(isOver) {
  show("[data-while-warned]", !isOver);
  show("[data-when-over]", isOver);
  if (!warning.open) warning.showModal();
}

async function ask() {
  let seconds;
  try {
    const answer = await fetch(warning.dataset.asks, { headers: { "HX-Request": "true" } });
    seconds = answer.headers.has("HX-Redirect") ? 0 : (await answer.json()).seconds;
  } catch {
    return wait(WARNING); // no connection: the next answer will tell
  }
  if (seconds === 0) return open(true);
  if (seconds <= WARNING) open(false);
  wait(seconds);
}

function wait(seconds) {
  clearTimeout(timer);
  // Rounded up by a second, so that the last question comes after the end and not just before.
  timer = setTimeout(ask, 1000 * (seconds > WARNING ? seconds - WARNING : seconds + 1));
}

if (warning) {
  wait(Number(warning.dataset.sessionLeft));
  warning.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    await fetch(form.action, { method: "POST", body: new FormData(form) });
    form.removeAttribute("data-sending");
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    warning.close();
    ask();
  });
}
