// Attention for one query at a time: a table for each step, and the patches that ask and are asked.
"use strict";

players.kinds.attention = function (root, data) {
  const { element } = players;
  const names = data.queries.map((query) => query.name);
  const trail = element("ol", { class: "trail" },
    ...data.queries[0].steps.map((step) => element("li", {}, step.title)));
  const say = element("p", { class: "say", "aria-live": "polite" });
  const table = element("table");
  let query = data.start;

  // Four pixels, or as many as there are.
  function patch(pixels) {
    return element("span", { class: "patch", style: { "--side": pixels.length } },
      ...pixels.flat().map((grey) => element("i", { style: { "--grey": grey } })));
  }

  function cell(content, row, column) {
    if (column === 0 && data.patches && row !== null) {
      return element("td", {}, patch(data.patches[row]), " " + content);
    }
    if (typeof content === "string") return element("td", {}, content);
    return element("td", {}, content.text,
      element("span", { class: "bar", style: { width: 5 * content.bar + "rem" } }));
  }

  function draw() {
    const at = steps.at(), step = data.queries[query].steps[at];
    [...trail.children].forEach((item, i) =>
      i === at ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current"));
    say.textContent = step.say;
    const head = element("thead", {}, element("tr", {}, ...step.head.map((name) => element("th", {}, name))));
    const body = element("tbody", {}, ...step.rows.map((row, i) =>
      element("tr", {}, ...row.map((content, j) => cell(content, i, j)))));
    const foot = element("tfoot", {}, ...(step.foot ? [element("tr", {},
      ...step.foot.map((content, j) => cell(content, null, j)))] : []));
    table.replaceChildren(head, body, foot);
    if (data.patches) {
      [...choice.row.querySelectorAll("button")].forEach((button, i) => {
        button.lastChild.textContent = at < 3 ? names[i] : data.queries[query].weights[i];
      });
    }
  }

  const steps = players.steps(data.queries[0].steps.length, 0, draw);
  const choice = names.length > 1 && players.choice("Which one asks?", names, (i) => {
    query = i;
    draw();
  });
  if (data.patches) {
    const buttons = [...choice.row.querySelectorAll("button")];
    buttons.forEach((button, i) => {
      button.setAttribute("aria-label", `patch ${i + 1} asks`);
      button.replaceChildren(patch(data.patches[i]), element("span", {}, names[i]));
    });
    choice.row.append(element("div", {
      class: "patches",
      style: { "grid-template-columns": `repeat(${data.across}, auto)` },
    }, ...buttons));
  }
  root.append(...(choice ? [choice.row] : []), steps.row, trail, say,
    element("div", { class: "wide", tabindex: "0" }, table));
  if (choice) choice.choose(data.start);
  steps.go(0);
  return {
    ArrowLeft: () => steps.by(-1),
    ArrowRight: () => steps.by(1),
    ArrowUp: () => choice && choice.by(-1),
    ArrowDown: () => choice && choice.by(1),
    Home: () => steps.go(0),
    End: () => steps.last(),
  };
};
