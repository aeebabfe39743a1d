// A person stays with whoever is doing something about them: activity on the page renews the lease,
// at most once a minute, and so does a call that is open, however quiet the hands are. Nothing polls
// for somebody who has left: without activity the lease runs out by itself.

const every = 60_000;
let active = false;
let renewed = Date.now();

function note() {
  active = true;
}

function renew() {
  const form = document.querySelector("[data-lease] form[data-renews]");
  const onTheLine = document.querySelector("[data-call-open]") !== null;
  if (!form || !(active || onTheLine) || Date.now() - renewed < every) return;
  if (form.closest("[data-lease]").contains(document.activeElement)) return; // not from under a hand
  active = false;
  renewed = Date.now();
  form.dispatchEvent(new CustomEvent("lease-renew"));
}

for (const kind of ["keydown", "pointerdown", "scroll", "input"]) {
  document.addEventListener(kind, note, { capture: true, passive: true });
}
setInterval(renew, 5_000);
