// Filters and folding. Every page is complete without this file.
"use strict";

const text = (node) => node.textContent.toLowerCase();

// Rows of a table that hold the typed words.
function setUpFilter(form) {
  const rows = [...document.querySelectorAll(`#${form.dataset.filter} tbody tr`)].map((row) => [row, text(row)]);
  const output = form.querySelector("output");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    const words = form.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, content] of rows) {
      row.hidden = !words.every((word) => content.includes(word));
      shown += !row.hidden;
    }
    output.textContent = words.length ? `${shown} / ${rows.length}` : "";
  });
}

// Earlier figures of a place's indicator fold away behind a button.
function setUpFolding(body) {
  const button = document.createElement("button");
  const count = body.rows.length;
  button.type = "button";
  const show = (isOpen) => {
    body.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen);
    button.textContent = isOpen ? "收起 fold" : `+ ${count} 个 earlier`;
  };
  button.addEventListener("click", () => show(body.hidden));
  body.previousElementSibling.querySelector("th").append(button);
  show(false);
}

document.querySelectorAll("form.filter").forEach(setUpFilter);
document.querySelectorAll("tbody.earlier").forEach(setUpFolding);
