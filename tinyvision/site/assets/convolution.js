// A window that is moved over an image: the products are written out, the output fills up.
"use strict";

players.kinds.convolution = function (root, data) {
  const { element } = players;
  const variants = data.variants || [data];
  const grids = element("div", { class: "grids" });
  const text = element("p", { class: "arithmetic", "aria-live": "polite" });
  let variant = variants[0], image, output;

  function table(caption, rows, cell) {
    const body = rows.map((row, i) => element("tr", {}, ...row.map((value, j) => cell(value, i, j))));
    return element("table", { class: "grid" }, element("caption", {}, caption), element("tbody", {}, ...body));
  }

  function build() {
    const shade = (i, j) => ({ "--depth": variant.shades[i][j] });
    const edge = (i, j) => Math.min(i, j, variant.image.length - 1 - i, variant.image[0].length - 1 - j);
    image = table("image", variant.image, (value, i, j) =>
      element("td", { style: shade(i, j), class: edge(i, j) < variant.padding ? "padding" : "" },
        element("span", { class: "pixel" }, value), element("span", { class: "weight" })));
    const kernel = table("kernel", variant.kernel, (value) => element("td", {}, value));
    const columns = variant.output[0].length;
    output = table("output", variant.output, (value, i, j) =>
      element("td", {}, element("button", {
        type: "button",
        "aria-label": `step ${i * columns + j + 1}`,
        onclick: () => steps.go(i * columns + j),
      })));
    // On a phone, the cells are so small that kernel and output stand side by side.
    const widest = Math.max(variant.image[0].length, variant.kernel[0].length + columns + 1);
    grids.style.setProperty("--columns", widest);
    grids.replaceChildren(image, kernel, output);
  }

  function draw(at) {
    const step = variant.steps[at];
    const [top, left] = step.window;
    const height = variant.kernel.length, width = variant.kernel[0].length;
    [...image.rows].forEach((row, i) => [...row.cells].forEach((cell, j) => {
      const m = i - top, n = j - left;
      const under = m >= 0 && m < height && n >= 0 && n < width;
      cell.classList.toggle("under", under);
      cell.classList.toggle("top", under && m === 0);
      cell.classList.toggle("bottom", under && m === height - 1);
      cell.classList.toggle("left", under && n === 0);
      cell.classList.toggle("right", under && n === width - 1);
      cell.querySelector(".weight").textContent = under ? "×" + variant.kernel[m][n] : "";
    }));
    [...output.rows].forEach((row, i) => [...row.cells].forEach((cell, j) => {
      const place = i * row.cells.length + j;
      cell.classList.toggle("now", place === at);
      cell.firstChild.textContent = place <= at ? variant.output[i][j] : "·";
    }));
    text.replaceChildren(
      `output[${step.at.join(", ")}] = ${step.terms.join(" + ")}`, element("br"),
      `= ${step.products.join(" + ")}`, element("br"), "= ", element("b", {}, step.sum));
  }

  build();
  const steps = players.steps(variant.steps.length, variant.start, draw);
  const columns = variant.output[0].length;
  const choice = variants.length > 1 && players.choice(data.choose, variants.map((v) => v.name), (i) => {
    variant = variants[i];
    build();
    draw(steps.at());
  });
  root.append(...(choice ? [choice.row] : []), steps.row, grids, text);
  if (choice) choice.choose(0);
  steps.go(variant.start);
  return {
    ArrowLeft: () => steps.by(-1),
    ArrowRight: () => steps.by(1),
    ArrowUp: () => steps.by(-columns),
    ArrowDown: () => steps.by(columns),
    Home: () => steps.go(0),
    End: () => steps.last(),
  };
};
