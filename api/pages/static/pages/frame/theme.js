// Runs before anything is painted: the theme that the reader chose, else the system's; and on phones the links to the
// pages are put away behind a button.
"use strict";
try {
  const theme = localStorage.getItem("roadshow.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme stays.
}
document.documentElement.classList.add("scripted");
document.addEventListener("click", (event) => {
  const button = event.target.closest("#pages");
  if (!button) return;
  const open = button.closest("header").classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});
