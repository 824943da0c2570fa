// Names and what is said about them, narrowed down to those with the words that were typed.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  const rows = [...document.querySelectorAll(".group li")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  field.closest(".find").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      count += !row.hidden;
    });
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    found.textContent = words.length ? `${count} found` : "";
  });
});
