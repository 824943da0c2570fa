// What the players share: elements, a row of buttons, arrow keys. No arithmetic is done here: every
// number on the page was computed and written by Python.
"use strict";

const players = {
  kinds: {}, // by name: a function that builds one, and returns what the keys do

  // An element with attributes and children; a child that is text is set as text.
  element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key === "style") for (const [k, v] of Object.entries(value)) made.style.setProperty(k, v);
      else if (value !== false && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  },

  // Buttons for one step back and one on. `draw` is told the step. A button at its end is marked,
  // not disabled: a disabled one would lose the keyboard's focus.
  steps(count, start, draw) {
    const { element } = players;
    const back = element("button", { type: "button", onclick: () => go(at - 1) }, "← Back");
    const next = element("button", { type: "button", onclick: () => go(at + 1) }, "Next →");
    const where = element("span", { class: "count" });
    let at = start;
    function go(to) {
      at = Math.min(Math.max(to, 0), count - 1);
      back.setAttribute("aria-disabled", at === 0);
      next.setAttribute("aria-disabled", at === count - 1);
      where.textContent = `${at + 1} of ${count}`;
      draw(at);
    }
    const row = element("div", { class: "steps" }, back, where, next);
    return { row, go, by: (many) => go(at + many), at: () => at, last: () => go(count - 1) };
  },

  // Buttons of which one is chosen.
  choice(label, names, draw) {
    const { element } = players;
    const buttons = names.map((name, i) => element("button", { type: "button", onclick: () => choose(i) }, name));
    let chosen = 0;
    function choose(i) {
      chosen = (i + names.length) % names.length;
      buttons.forEach((button, j) => button.setAttribute("aria-pressed", j === chosen));
      draw(chosen);
    }
    const row = element("div", { class: "choose", role: "group", "aria-label": label }, label, ...buttons);
    return { row, choose, by: (many) => choose(chosen + many) };
  },

  // The player that the keys are for: the one with the focus, else the one most in view.
  addressed() {
    const inside = document.activeElement && document.activeElement.closest(".player");
    if (inside) return inside;
    let best = null, most = 0;
    for (const player of document.querySelectorAll(".player")) {
      const box = player.getBoundingClientRect();
      const seen = Math.min(box.bottom, window.innerHeight) - Math.max(box.top, 0);
      if (seen > most) [best, most] = [player, seen];
    }
    return best;
  },

  // A box that scrolls sideways keeps its arrow keys.
  scrolls(target) {
    const box = target.closest && target.closest("pre, .wide");
    return box && box.scrollWidth > box.clientWidth;
  },

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select") || players.scrolls(event.target)) return;
    const player = players.addressed();
    const action = player && player.actions && player.actions[event.key];
    if (!action) return;
    // Up, down, home and end move the page unless the player has the focus.
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (!sideways && !player.contains(document.activeElement)) return;
    event.preventDefault();
    action();
  },

  start() {
    for (const root of document.querySelectorAll(".player")) {
      const data = JSON.parse(root.querySelector("script").textContent);
      root.actions = players.kinds[root.dataset.player](root, data);
    }
    document.addEventListener("keydown", players.key);
  },
};

document.addEventListener("DOMContentLoaded", players.start);
