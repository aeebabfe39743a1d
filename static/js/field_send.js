// Sends one entry of a field agent's queue, and puts the visit as the server sees it into the page.

const TOKEN = "csrfmiddlewaretoken";

export const section = (visit) => document.getElementById(`visit-${visit}`);

// What is half written in other forms of the visit stays when its part of the page is replaced.
function carry(old, fresh, entry) {
  for (const form of fresh.querySelectorAll("form[data-act]")) {
    const before = old.querySelector(`form[data-act="${form.dataset.act}"]`);
    if (!before || form.dataset.act === entry.act) continue;
    for (const field of before.elements) {
      if (!field.name || ["hidden", "file", "submit"].includes(field.type)) continue;
      const now = form.elements.namedItem(field.name);
      if (field.type === "radio" || field.type === "checkbox") {
        const same = form.querySelector(`[name="${field.name}"][value="${field.value}"]`);
        if (same) same.checked = field.checked;
      } else if (now) now.value = field.value;
    }
    const around = form.closest("details:not([data-visit])");
    if (around && before.closest("details:not([data-visit])")?.open) around.open = true;
  }
}

function put(entry, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-visit]");
  const old = section(entry.visit);
  if (!fresh || !old) return;
  carry(old, fresh, entry);
  old.replaceWith(document.adoptNode(fresh));
}

function refuse(entry, words) {
  const list = section(entry.visit)?.querySelector("[data-refusals]");
  if (!list) return;
  const line = document.createElement("li");
  line.textContent = words;
  list.append(line);
  list.hidden = false;
}

// After signing in again the page's token is an old one; a new page has the new one.
async function renewToken(href) {
  const answer = await fetch(href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const renewed = page.querySelector(`[name=${TOKEN}]`)?.value;
  if (!renewed) return false;
  for (const field of document.querySelectorAll(`[name=${TOKEN}]`)) field.value = renewed;
  return true;
}

// Returns "settled" (recorded, or refused for good and shown on its visit), "later", or "signed out".
// Throws where there is no network.
export async function send(entry, { dayHref, refused, isSecondTry = false }) {
  const token = document.querySelector(`[name=${TOKEN}]`);
  if (token) entry.body.set(TOKEN, token.value);
  const answer = await fetch(entry.href, {
    method: "POST",
    body: entry.body,
    headers: { "X-Queue": "1" },
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) return "signed out";
  if (answer.status >= 500 || answer.status === 429) return "later";
  if (answer.status === 403 && !isSecondTry) {
    if (!(await renewToken(dayHref))) return "signed out";
    return send(entry, { dayHref, refused, isSecondTry: true });
  }
  if (answer.status === 204) section(entry.visit)?.remove();
  else if (answer.ok || answer.status === 422) put(entry, await answer.text());
  else refuse(entry, refused);
  return "settled";
}
