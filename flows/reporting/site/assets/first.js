// Language and colours, settled before anything is drawn. Without this file both languages show.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(`g60-${name}`); } catch { return null; } };
  const asked = new URLSearchParams(location.search).get("lang");
  const language = [asked, kept("lang"), navigator.language.startsWith("zh") ? "zh" : "en"].find((one) => one === "zh" || one === "en");
  root.dataset.lang = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
  const theme = kept("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  // A language asked for in the address is meant for the pages that follow as well.
  if (asked === language) try { localStorage.setItem("g60-lang", language); } catch { /* a reader who keeps nothing */ }
})();
