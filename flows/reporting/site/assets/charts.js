// Draws the charts of a page: each is Vega-Lite as data in a script element, drawn when it comes into view.
// Words are "中文⇄English" and colours var(--name); both are put in for the language and theme of the page.
// Expressions are interpreted, never compiled, so that a page may forbid eval; nothing is ever loaded by a chart.
"use strict";

(() => {
  const root = document.documentElement;
  const boxes = [...document.querySelectorAll(".vega")];
  if (!boxes.length) return;
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  let library;
  const drawn = new Map();

  function load() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${folder}vega.js`;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  // The specification in the page's language and colours.
  function shown(part, style, isEnglish) {
    if (typeof part === "string") {
      if (part.includes("⇄")) return part.split("⇄")[isEnglish ? 1 : 0];
      const variable = /^var\((--[\w-]+)\)$/.exec(part);
      return variable ? style.getPropertyValue(variable[1]).trim() : part;
    }
    if (Array.isArray(part)) return part.map((one) => shown(one, style, isEnglish));
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, shown(one, style, isEnglish)]));
    }
    return part;
  }

  const tip = Object.assign(document.createElement("div"), { className: "chart-tip", hidden: true });
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  function tell(_handler, event, _item, value) {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    // As text: whatever a raw file holds stays letters.
    tip.textContent = typeof value === "object" ? Object.values(value).filter(Boolean).join("\n") : String(value);
    const width = document.documentElement.clientWidth;
    const left = Math.min(event.pageX + 14, window.scrollX + width - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(left, window.scrollX + 4)}px`;
    tip.style.top = `${event.pageY + 16}px`;
  }

  const loader = {
    load: () => Promise.reject(new Error("a chart loads nothing")),
    sanitize: (address) =>
      /^[\w.#%-][\w./#%-]*$/.test(address) ? Promise.resolve({ href: address }) : Promise.reject(new Error("not a page of the site")),
  };

  function buttons(box) {
    const line = Object.assign(document.createElement("p"), { className: "save" });
    for (const kind of ["svg", "png"]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: kind.toUpperCase() });
      button.setAttribute("aria-label", `图存为 Save the chart as ${kind.toUpperCase()}`);
      button.addEventListener("click", async () => {
        const link = document.createElement("a");
        link.href = await drawn.get(box).view.toImageURL(kind, 2);
        link.download = `${document.title.split(" · ")[0].replace(/[\\/:*?"<>|]/g, " ")}.${kind}`;
        link.click();
      });
      line.append(button);
    }
    box.after(line);
  }

  async function draw(box) {
    box.wanted = (box.wanted ?? 0) + 1;
    const turn = box.wanted;
    await load();
    if (turn !== box.wanted) return;
    const source = box.querySelector("script");
    // On a phone the names of a map are short.
    const text = box.clientWidth < 560 ? source.textContent.replaceAll('"field":"name"', '"field":"short"') : source.textContent;
    const aspect = JSON.parse(text).usermeta?.aspect;
    const spec = shown(JSON.parse(aspect ? text : source.textContent), getComputedStyle(root), root.dataset.lang === "en");
    let canvas = box.querySelector(".canvas");
    if (!canvas) {
      canvas = Object.assign(document.createElement("div"), { className: "canvas" });
      box.append(canvas);
      buttons(box);
    }
    if (aspect) {
      box.classList.add("of-places");
      spec.width = box.clientWidth;
      spec.height = Math.round(box.clientWidth * aspect);
      spec.autosize = { type: "fit", contains: "padding" };
    }
    drawn.get(box)?.finalize();
    const result = await window.vegaEmbed(canvas, spec, {
      mode: "vega-lite", ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: tell, loader,
    });
    drawn.set(box, result);
    box.width = box.clientWidth;
    box.dataset.drawn = "";
  }

  const fault = (error) => console.error(error);
  const again = () => [...drawn.keys()].forEach((box) => draw(box).catch(fault));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target).catch(fault);
    }
  }, { rootMargin: "500px" });
  boxes.forEach((box) => seen.observe(box));

  document.addEventListener("g60:lang", again);
  document.addEventListener("g60:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  // A map keeps its proportions; other charts follow the width by themselves.
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const [box, result] of drawn) {
        if (result.spec.usermeta?.aspect && box.width !== box.clientWidth) draw(box).catch(fault);
      }
    }, 200);
  });
  // Printing does not wait for a script to be fetched, so it is there before anyone prints.
  (window.requestIdleCallback ?? setTimeout)(() => load().catch(fault));
  addEventListener("beforeprint", () => boxes.filter((box) => !drawn.has(box)).forEach((box) => draw(box).catch(fault)));
})();
