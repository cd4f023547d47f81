// Search and folding. Every page is complete without this file.
"use strict";

const text = (node) => node.textContent.toLowerCase();

// "杭州 GDP 2023": a place, a year, and words that must all occur in the indicator's names.
function setUpSearch(form) {
  const input = form.querySelector("input");
  const found = document.getElementById("found");
  const places = JSON.parse(document.getElementById("place-names").textContent);
  const indicators = [...document.querySelectorAll("#indicator-list li")].map((item) => ({
    code: item.dataset.code,
    places: item.dataset.places.split(" "),
    label: item.querySelector("a").textContent.replace(/\s+/g, " ").trim(),
    words: `${text(item.querySelector("a"))} ${item.dataset.code}`,
  }));
  const link = (href, label) => {
    const item = document.createElement("li");
    const anchor = item.appendChild(document.createElement("a"));
    anchor.href = href;
    anchor.textContent = label;
    return item;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  input.addEventListener("input", () => {
    let query = input.value.toLowerCase().trim();
    found.replaceChildren();
    if (!query) return;
    const place = places.find((one) => one.names.some((name) => {
      if (!query.includes(name)) return false;
      query = query.replace(name, " ");
      return true;
    }));
    const year = query.match(/\b(?:19|20)\d\d\b/)?.[0];
    const words = query.replace(year ?? "", " ").split(/\s+/).filter(Boolean);
    const hits = indicators.filter((one) =>
      words.every((word) => one.words.includes(word)) && (!place || one.places.includes(place.code)));
    // The plainest name is the likeliest wish: gdp itself before a share of gdp.
    const rank = (one) => (words.includes(one.code) ? 0 : one.label.length);
    hits.sort((a, b) => rank(a) - rank(b));
    if (place && !words.length) found.append(link(`places/${place.code}.html`, place.label));
    if (place || words.length) {
      found.append(...hits.slice(0, 12).map((one) => {
        if (!place) return link(`indicators/${one.code}.html`, one.label);
        const href = year ? `indicators/${one.code}.html#v-${place.code}-${year}` : `places/${place.code}.html#${one.code}`;
        return link(href, `${place.label} · ${one.label}${year ? ` · ${year}` : ""}`);
      }));
    }
    if (!found.children.length) found.append(Object.assign(document.createElement("li"), { textContent: "没有找到 Nothing found" }));
  });
}

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

document.querySelectorAll("#find-form").forEach(setUpSearch);
document.querySelectorAll("form.filter").forEach(setUpFilter);
document.querySelectorAll("tbody.earlier").forEach(setUpFolding);
