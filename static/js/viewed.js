// [ and ]: the cases looked at before and after this one in this tab. Looking takes nobody's person.
// Addresses alone are kept, apart for each who signs in, until the tab is closed.

const links = document.querySelectorAll("[data-viewed]");
const place = `viewed:${links[0]?.dataset.viewedBy}`;
const MOST = 50;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? { cases: [], at: -1 };
  } catch {
    return { cases: [], at: -1 };
  }
}

function keep(viewed) {
  try {
    sessionStorage.setItem(place, JSON.stringify(viewed));
  } catch {
    // No storage: the two keys are not offered, everything else works.
  }
}

function offer(viewed) {
  for (const link of links) {
    const at = viewed.at + Number(link.dataset.viewed);
    link.hidden = !viewed.cases[at];
    if (!viewed.cases[at]) continue;
    link.href = viewed.cases[at];
    link.addEventListener("click", () => keep({ ...viewed, at }));
  }
}

if (links.length) {
  const viewed = read();
  if (viewed.cases[viewed.at] !== location.pathname) {
    viewed.cases = [...viewed.cases.slice(0, viewed.at + 1), location.pathname].slice(-MOST);
    viewed.at = viewed.cases.length - 1;
    keep(viewed);
  }
  offer(viewed);
}
