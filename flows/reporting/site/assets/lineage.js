// Walks from a column of a mart back to what it is made of. The page is complete without this file but for the walk.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("lineage-data").textContent);
  const section = document.getElementById("walk");
  const [tableBox, columnBox] = ["walk-table", "walk-column"].map((id) => document.getElementById(id));
  const number = new Map(data.columns.map(([table, name], n) => [`${data.tables[table][0]}.${name}`, n]));
  const uses = data.columns.map(() => []);
  data.columns.forEach(([, , sources], n) => sources.forEach((one) => uses[one].push(n)));
  const columnsOf = data.tables.map(() => []);
  data.columns.forEach(([table, name], n) => { if (name !== "*") columnsOf[table].push(n); });
  const full = (n) => `${data.tables[data.columns[n][0]][0]}.${data.columns[n][1]}`;

  const make = (tag, ...children) => {
    const node = document.createElement(tag);
    node.append(...children);
    return node;
  };
  const word = (id) => make("span", ...[...document.getElementById(id).childNodes].map((one) => one.cloneNode(true)));
  const pair = (zh, en) => {
    const first = Object.assign(make("span", zh), { lang: "zh-CN" });
    const second = Object.assign(make("span", en), { lang: "en", className: "en" });
    return zh && en ? [first, " ", second] : [zh ? first : second];
  };

  // A column with its layer; every one can be walked from in its turn, and a mart has its page.
  const named = (n) => {
    const [table, name] = data.columns[n];
    const [tableName, layer, zh, en, hasPage] = data.tables[table];
    const code = make("code", `${tableName}.${name}`);
    const shown = name === "*" ? make("span", make("code", tableName), " ", word("word-rows")) : make("a", code);
    if (name !== "*") shown.href = `#${full(n)}`;
    shown.title = [zh, en].filter(Boolean).join(" ");
    const badge = Object.assign(make("span", ...pair(...data.layers[layer])), { className: "layer" });
    const said = make("span", shown, " ", badge);
    if (hasPage) {
      const page = make("a", ...pair("表", "table"));
      page.href = `tables/${encodeURIComponent(tableName)}.html`;
      said.append(" ", page);
    }
    return said;
  };

  // One step opens the next; a column already opened above is not opened again.
  const branch = (n, next, seen, depth) => {
    const steps = next(n);
    const reason = data.unfollowed[full(n)];
    const said = named(n);
    if (reason) said.append(" ", Object.assign(make("span", word("word-unknown"), " ", reason), { className: "warn" }));
    if (!steps.length) return make("li", said);
    if (seen.has(n)) return make("li", make("span", said, " ", Object.assign(word("word-above"), { className: "faint" })));
    seen.add(n);
    const details = make("details", make("summary", said));
    const fill = () => {
      if (details.children.length === 1) details.append(make("ul", ...steps.map((one) => branch(one, next, seen, depth + 1))));
    };
    if (depth < 3 && seen.size < 40) {
      details.open = true;
      fill();
    }
    details.addEventListener("toggle", fill);
    return make("li", details);
  };
  const tree = (n, next, emptyWord) => {
    const steps = next(n);
    return steps.length ? make("ul", ...steps.map((one) => branch(one, next, new Set([n]), 1))) : make("p", word(emptyWord));
  };
  const ends = (n) => {
    const [seen, waiting] = [new Set(), [n]];
    while (waiting.length) {
      const one = waiting.pop();
      if (seen.has(one)) continue;
      seen.add(one);
      waiting.push(...data.columns[one][2]);
    }
    seen.delete(n);
    return [...seen].filter((one) => ["raw", "seed"].includes(data.tables[data.columns[one][0]][1])).sort((a, b) => full(a).localeCompare(full(b)));
  };

  // Tables once, with the columns taken from each.
  const byTable = (found) => make("ul", ...[...new Set(found.map((one) => data.columns[one][0]))].map((table) => {
    const own = found.filter((one) => data.columns[one][0] === table && data.columns[one][1] !== "*");
    const badge = Object.assign(make("span", ...pair(...data.layers[data.tables[table][1]])), { className: "layer" });
    const links = own.flatMap((one, n) => {
      const link = make("a", make("code", data.columns[one][1]));
      link.href = `#${full(one)}`;
      return n ? [", ", link] : [": ", link];
    });
    return make("li", make("code", data.tables[table][0]), " ", badge, ...(links.length ? links : [" ", word("word-rows")]));
  }));

  const option = (value, label) => Object.assign(make("option", label), { value });
  const fillColumns = (table) => columnBox.replaceChildren(...columnsOf[table].map((n) => option(n, data.columns[n][1])));
  const show = (n) => {
    const table = data.columns[n][0];
    const isMart = data.order.includes(table);
    const [name, layer, zh, en] = data.tables[table];
    tableBox.querySelector("option.other")?.remove();
    if (!isMart) tableBox.prepend(Object.assign(option(table, name), { className: "other" }));
    tableBox.value = table;
    fillColumns(table);
    columnBox.value = n;
    const said = document.getElementById("walk-said");
    said.replaceChildren(make("code", full(n)), " · ", ...pair(...data.layers[layer]), zh || en ? ": " : "", ...pair(zh, en));
    const isStart = ["raw", "seed"].includes(layer);
    document.getElementById("walk-tree").replaceChildren(tree(n, (one) => data.columns[one][2], isStart ? "word-start" : "word-none"));
    document.getElementById("walk-uses").replaceChildren(tree(n, (one) => uses[one], "word-unused"));
    const found = ends(n);
    document.getElementById("walk-ends").replaceChildren(found.length ? byTable(found) : make("p", word(isStart ? "word-start" : "word-none")));
  };
  const choose = (n) => {
    history.replaceState(null, "", `#${full(n)}`);
    show(n);
  };

  for (const [[zh, en], tables] of data.marts) {
    const group = make("optgroup", ...tables.map((table) => option(table, data.tables[table][0])));
    group.label = `${zh} ${en}`;
    tableBox.append(group);
  }
  tableBox.addEventListener("change", () => choose(columnsOf[tableBox.value][0]));
  columnBox.addEventListener("change", () => choose(Number(columnBox.value)));
  const follow = () => {
    const asked = decodeURIComponent(location.hash.slice(1));
    const n = number.get(asked);
    if (n === undefined) return false;
    show(n);
    section.scrollIntoView({ block: "start" });
    return true;
  };
  section.hidden = false;
  section.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  if (!follow()) show(number.get("fct_indicator.value") ?? columnsOf[data.order[0]][0]);
})();
