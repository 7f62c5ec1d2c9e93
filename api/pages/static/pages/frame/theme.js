// Runs before anything is painted: the theme that the reader chose, else the system's.
"use strict";
try {
  const theme = localStorage.getItem("roadshow.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme stays.
}
