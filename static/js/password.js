// Shows and hides what is typed into a password field.

document.querySelectorAll("[data-shows-password]").forEach((button) => {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  if (!field) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
});
