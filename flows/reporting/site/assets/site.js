// Switches, menus, filters and folding. Every page is complete without this file.
"use strict";

const root = document.documentElement;
const keep = (name, value) => { try { localStorage.setItem(`g60-${name}`, value); } catch { /* a reader who keeps nothing */ } };
const tell = (name) => document.dispatchEvent(new CustomEvent(`g60:${name}`));

// One language at a time: the style sheet hides the other.
function setUpLanguage(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const language = root.dataset.lang === "zh" ? "en" : "zh";
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    keep("lang", language);
    tell("lang");
  });
}

// Colours of the system, or light, or dark.
function setUpTheme(button) {
  const shown = { system: ["◐", "跟随系统", "as the system"], light: ["☀", "浅色", "light"], dark: ["☾", "深色", "dark"] };
  const order = Object.keys(shown);
  const show = () => {
    const [sign, zh, en] = shown[root.dataset.theme ?? "system"];
    button.textContent = sign;
    button.title = `配色:${zh} Colours: ${en}`;
    button.setAttribute("aria-label", button.title);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = order[(order.indexOf(root.dataset.theme ?? "system") + 1) % order.length];
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    keep("theme", theme);
    show();
    tell("theme");
  });
  show();
}

// One menu is open at a time; Escape or a click elsewhere closes it, arrows walk through it.
function setUpMenus(menus) {
  const close = (but) => menus.forEach((menu) => { if (menu !== but) menu.open = false; });
  menus.forEach((menu) => {
    menu.addEventListener("toggle", () => menu.open && close(menu));
    menu.addEventListener("keydown", (event) => {
      const stops = [menu.querySelector("summary"), ...menu.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement);
      if (event.key === "Escape") {
        menu.open = false;
        stops[0].focus();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        menu.open = true;
        stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
      }
    });
  });
  document.addEventListener("click", (event) => event.target.closest(".menu") ?? close(null));
}

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
    const words = isOpen ? ["收起", "fold"] : [`+ ${count} 个`, `+ ${count} earlier`];
    button.replaceChildren(...words.map((word, at) => Object.assign(document.createElement("span"), { lang: at ? "en" : "zh-CN", textContent: word })));
  };
  button.addEventListener("click", () => show(body.hidden));
  body.previousElementSibling.querySelector("th").append(button);
  show(false);
}

// An address may lead into something folded, which not every browser opens by itself.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest("details:not([open], .menu)");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
}

document.querySelectorAll("#language").forEach(setUpLanguage);
document.querySelectorAll("#theme").forEach(setUpTheme);
setUpMenus(document.querySelectorAll("details.menu"));
document.querySelectorAll("form.filter").forEach(setUpFilter);
document.querySelectorAll("tbody.earlier").forEach(setUpFolding);
addEventListener("hashchange", reveal);
reveal();
