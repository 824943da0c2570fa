// A picture that moves can be stopped; it stands still from the start for whoever asks for that.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const button of document.querySelectorAll("figure.moving button")) {
    const image = button.closest("figure").querySelector("img");
    const moving = image.getAttribute("src");
    const set = (moves) => {
      image.src = moves ? moving : button.dataset.still;
      button.textContent = moves ? "Stop" : "Play";
    };
    button.addEventListener("click", () => set(button.textContent === "Play"));
    button.hidden = false;
    if (calm) set(false);
  }
});
