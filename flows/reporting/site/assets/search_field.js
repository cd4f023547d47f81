// The search field: looks in the index that the site was built with (assets/search_index.js), without a server.
"use strict";

(() => {
  const CHINESE = /[\u4e00-\u9fff]/;
  const SHOWN = 5;
  const SHOWN_NUMBERS = 9;

  // How well a word fits an entry. The steps are what matters, not the figures: what it is called exactly, how that
  // begins, what it contains, and last what it merely sounds like. All words must fit; their points are added up.
  const POINTS = {
    exact: 100, spokenExact: 90, initialsExact: 82, nameStart: 80, spokenStart: 68, codeWord: 65, sentenceStart: 62, wordStart: 60,
    inside: 55, spokenSentence: 50, initialsStart: 48, spokenInside: 44, alsoInside: 30, initialsInside: 22, typo: 18,
  };
  // Of two that fit alike, the kind more often looked for stands first; then the plainer, shorter name:
  // GDP before a share of GDP. Kinds in the order of the index: number, place, indicator, claim, example, table,
  // column, document, page.
  const KIND_POINTS = [0, 16, 14, 4, 4, 6, 1, 0, 8];
  // Places, indicators and pages have names. The others have sentences and titles, whose beginning is worth less than
  // the middle of a name: 进出口 is trade before it is a claim that happens to begin so.
  const NAMED = [1, 2, 8];

  const withoutSuffix = (name) => (name.length > 2 ? name.replace(/[市区省县]$/, "") : name);

  function unpack(index) {
    const usual = new Map();
    for (const [syllable, letters] of Object.entries(index.pinyin)) {
      for (const letter of letters) usual.set(letter, syllable);
    }
    const spoken = (text, unusual = {}) => [...text].map((letter, n) => unusual[n] ?? usual.get(letter) ?? letter.toLowerCase());
    index.items = index.entries.map(([kind, href, zh, en, code = "", also = [], unusual = {}, called = []]) => {
      const syllables = spoken(zh, unusual).filter((one) => one.trim());
      const starts = new Set();
      let length = 0;
      for (const one of syllables) {
        starts.add(length);
        length += one.length;
      }
      const isPlace = kind === 1;
      const lowEn = en.toLowerCase();
      // What it is called in full: a match with one of these is the thing itself.
      const names = [zh.toLowerCase(), lowEn, code.toLowerCase(), ...[...also, ...called].map((one) => one.toLowerCase())];
      if (isPlace) names.push(withoutSuffix(zh), lowEn.replace(/ district$/, ""));
      const said = syllables.join("");
      const shortSaid = isPlace ? spoken(withoutSuffix(zh), unusual).join("") : said;
      const initials = syllables.map((one) => one[0]).join("");
      const shortInitials = isPlace ? spoken(withoutSuffix(zh), unusual).map((one) => one[0]).join("") : initials;
      const words = [...new Set(`${lowEn} ${code.toLowerCase().replaceAll("_", " ")}`.split(/[^a-z0-9&]+/).filter(Boolean))];
      return {
        kind, href, zh, en, code, also, names: new Set(names.filter(Boolean)), syllables: starts, said, shortSaid, initials, shortInitials, words,
        low: [zh, en, ...called].map((one) => one.toLowerCase()), saidOtherwise: called.map((one) => spoken(one).join("")),
        isNamed: NAMED.includes(kind), codeWords: code.toLowerCase().split("_"), alsoLow: also.join(" ").toLowerCase(),
      };
    });
    index.places = index.items.filter((item) => item.kind === 1);
    index.indicators = index.items.filter((item) => item.kind === 2);
    return index;
  }

  // Whether one letter added, left out, changed or swapped with its neighbour makes one word of the other.
  function differByOne(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let start = 0;
    while (start < a.length && a[start] === b[start]) start += 1;
    let end = 0;
    while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const left = a.slice(start, a.length - end);
    const right = b.slice(start, b.length - end);
    return (left.length <= 1 && right.length <= 1) || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
  }

  function pointsOf(word, item, forgiving) {
    if (item.names.has(word)) return POINTS.exact;
    const isChinese = CHINESE.test(word);
    if (item.low.some((name) => name.startsWith(word))) return item.isNamed ? POINTS.nameStart : POINTS.sentenceStart;
    if (isChinese) {
      if (item.low.some((name) => name.includes(word))) return POINTS.inside;
      return item.alsoLow.includes(word) ? POINTS.alsoInside : 0;
    }
    if (word === item.shortSaid || word === item.said) return POINTS.spokenExact;
    // Initials of two letters and more: one letter begins half of all names.
    const isLong = word.length > 1;
    if (isLong && word === item.shortInitials) return POINTS.initialsExact;
    if (isLong && [item.said, ...item.saidOtherwise].some((one) => one.startsWith(word))) return item.isNamed ? POINTS.spokenStart : POINTS.spokenSentence;
    if (item.codeWords.includes(word)) return POINTS.codeWord;
    if (item.words.some((one) => one.startsWith(word))) return POINTS.wordStart;
    if (isLong && item.isNamed && item.initials.startsWith(word)) return POINTS.initialsStart;
    if (word.length > 2) {
      for (let at = item.said.indexOf(word); at >= 0; at = item.said.indexOf(word, at + 1)) {
        if (item.syllables.has(at)) return POINTS.spokenInside;
      }
      if (item.low.some((name) => name.includes(word)) || item.code.toLowerCase().includes(word)) return POINTS.spokenInside;
      if (item.alsoLow.includes(word)) return POINTS.alsoInside;
      if (item.initials.includes(word)) return POINTS.initialsInside;
    } else if (/^\d+$/.test(word) && item.low[0].includes(word)) return POINTS.alsoInside;
    if (forgiving && word.length > 4 && /^[a-z]+$/.test(word)) {
      if ([item.shortSaid, ...item.words].some((one) => differByOne(word, one))) return POINTS.typo;
    }
    return 0;
  }

  function ranked(items, words, forgiving) {
    const found = [];
    for (const item of items) {
      let points = KIND_POINTS[item.kind];
      // A name of several words is one name: "research and development", R&D强度.
      const isName = item.names.has(words.join(" ")) || item.names.has(words.join(""));
      if (isName) points += POINTS.exact * words.length;
      for (const word of isName ? [] : words) {
        const own = pointsOf(word, item, forgiving);
        if (!own) {
          points = 0;
          break;
        }
        points += own;
      }
      if (points && words.length) found.push({ item, points });
    }
    return found.sort((a, b) => b.points - a.points || a.item.zh.length - b.item.zh.length || (a.item.code < b.item.code ? -1 : 1));
  }

  // Chinese runs into figures and letters without a space: 杭州GDP2023 is three words.
  const wordsOf = (query) => query.split(/\s+|(?<=[\u4e00-\u9fff])(?=[^\u4e00-\u9fff])|(?<=[^\u4e00-\u9fff])(?=[\u4e00-\u9fff])/).map((word) => word.replace(/^[,，、·。]+|[,，、·。]+$/g, "")).filter(Boolean);

  // "杭州 GDP 2023": the places, the year and the other words of a query. 杭州 may stand inside a longer run.
  function understood(index, query) {
    let rest = ` ${query} `;
    let places = [];
    const named = index.places.flatMap((item) => [...item.names].filter((name) => name.length > 1 && name !== item.code).map((name) => [name, item]));
    named.sort((a, b) => b[0].length - a[0].length);
    for (const [name, item] of named) {
      const at = CHINESE.test(name) ? rest.indexOf(name) : rest.indexOf(` ${name} `);
      if (at >= 0) {
        places = [item];
        rest = CHINESE.test(name) ? rest.replace(name, " ") : rest.replace(` ${name} `, " ");
        break;
      }
    }
    let words = wordsOf(rest);
    const year = words.find((word) => /^(19|20)\d\d年?$/.test(word))?.slice(0, 4);
    words = words.filter((word) => !/^(19|20)\d\d年?$/.test(word) && word !== "年");
    if (!places.length && words.length + (year ? 1 : 0) > 1) {
      const spoken = words.find((word) => index.places.some((item) => word === item.shortSaid || word === item.said || word === item.shortInitials));
      if (spoken) {
        places = index.places.filter((item) => spoken === item.shortSaid || spoken === item.said || spoken === item.shortInitials);
        words = words.filter((word) => word !== spoken);
      }
    }
    return { places, year, words };
  }

  // Single figures, where a query names an indicator and a place or a year.
  function numbersFor(index, { places, year, words }) {
    if (!(places.length || year) || !(words.length || (places.length && year))) return [];
    const shownPlaces = places.length ? places : index.places.filter((item) => index.members.includes(item.code));
    const indicators = words.length
      ? ranked(index.indicators, words, true).map((one) => one.item)
      : index.glance.map((code) => index.indicators.find((item) => item.code === code)).filter(Boolean);
    const found = [];
    for (const indicator of places.length ? indicators : indicators.slice(0, 1)) {
      for (const place of shownPlaces) {
        const all = (index.figures[indicator.code]?.[place.code] ?? "").split(";").filter(Boolean).map((one) => one.split("="));
        const hit = year ? all.find(([period]) => period === year) ?? all.find(([period]) => period.startsWith(year)) : all[0];
        if (hit) {
          found.push({
            kind: 0, href: `indicators/${indicator.code}.html#v-${place.code}-${hit[0]}`, code: "",
            value: hit[1].slice(0, hit[1].lastIndexOf(" ")), unit: hit[1].slice(hit[1].lastIndexOf(" ") + 1),
            zh: `${place.also[0] ?? place.zh} · ${indicator.zh} · ${hit[0]}`, en: `${place.en} · ${indicator.en} · ${hit[0]}`,
          });
        }
      }
    }
    return found;
  }

  // Results in groups, one a kind: numbers first, then the group with the best fit.
  function search(index, text) {
    const query = [...text.toLowerCase().normalize("NFKC").trim()].map((letter) => index.traditional[letter] ?? letter).join("");
    if (!query) return [];
    const meant = understood(index, query);
    const numbers = numbersFor(index, meant).slice(0, SHOWN_NUMBERS);
    const look = (forgiving) => {
      const hits = ranked(index.items, wordsOf(query), forgiving);
      // Beside a figure, and in want of one, its indicator and its place.
      if (meant.places.length || meant.year) {
        const named = ranked(index.indicators, meant.words, forgiving).map(({ item, points }) => ({ item, points: points + POINTS.exact }));
        const all = POINTS.exact * wordsOf(query).length;
        hits.push(...named, ...meant.places.map((item) => ({ item, points: all })));
      }
      return hits;
    };
    let hits = look(false);
    if (!hits.length) hits = look(true);
    const groups = new Map();
    const seen = new Set();
    for (const { item, points } of hits.sort((a, b) => b.points - a.points)) {
      if (seen.has(item)) continue;
      seen.add(item);
      if (!groups.has(item.kind)) groups.set(item.kind, { kind: item.kind, points, items: [] });
      const group = groups.get(item.kind);
      if (group.items.length < SHOWN) group.items.push(item);
    }
    const ordered = [...groups.values()].sort((a, b) => b.points - a.points);
    if (numbers.length) ordered.unshift({ kind: 0, items: numbers });
    return ordered;
  }

  function setUp(form) {
    const input = form.querySelector("input");
    const list = form.querySelector("[role=listbox]");
    const status = form.querySelector("[role=status]");
    const root = form.dataset.root;
    let index;
    let options = [];
    let active = -1;

    const make = (tag, properties = {}, children = []) => {
      const node = Object.assign(document.createElement(tag), properties);
      node.append(...children);
      return node;
    };
    // Text only: nothing from the data is ever read as markup.
    const bilingual = (zh, en) => [
      zh && make("span", { lang: "zh-CN", textContent: zh, className: en ? "" : "only" }),
      zh && en && " ",
      en && make("span", { lang: "en", textContent: en, className: zh ? "" : "only" }),
    ].filter(Boolean);

    const load = () => {
      if (document.getElementById("search-index")) return;
      const script = make("script", { id: "search-index", src: `${root}assets/search_index.js` });
      script.addEventListener("load", () => {
        index = unpack(window.g60Search);
        form.dataset.ready = "";
        if (input.value) show();
      });
      document.head.append(script);
    };

    const activate = (n) => {
      options[active]?.setAttribute("aria-selected", "false");
      active = n;
      const option = options[active];
      if (option) {
        option.setAttribute("aria-selected", "true");
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      activate(-1);
    };

    const optionFor = (item) => {
      const option = make("a", { href: root + item.href, id: `search-option-${options.length}`, tabIndex: -1 }, [
        make("span", {}, bilingual(item.zh, item.en)),
      ]);
      if (item.code && item.kind !== 7) option.append(make("code", { textContent: item.code }));
      if (item.kind === 6) option.append(make("code", { textContent: item.also[0] }));
      if (item.value) option.append(make("b", {}, [`${item.value} `, ...bilingual(item.unit, index.units[item.unit])]));
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      options.push(option);
      return option;
    };

    const show = () => {
      if (!index) return;
      options = [];
      active = -1;
      input.removeAttribute("aria-activedescendant");
      const names = Object.values(index.kinds);
      const groups = search(index, input.value).map(({ kind, items }) => {
        const head = make("div", { className: "kind-name", id: `search-kind-${kind}` }, bilingual(...names[kind]));
        const node = make("div", {}, [head, ...items.map(optionFor)]);
        head.setAttribute("role", "presentation");
        node.setAttribute("role", "group");
        node.setAttribute("aria-labelledby", head.id);
        return node;
      });
      const isEmpty = !input.value.trim();
      list.replaceChildren(...groups);
      if (!groups.length) list.append(make("div", { className: "nothing" }, bilingual("没有找到", "Nothing found")));
      // Results open towards the middle of the window, wherever the page has put the field.
      const box = form.getBoundingClientRect();
      list.classList.toggle("leftwards", box.left + box.right > document.documentElement.clientWidth);
      list.hidden = isEmpty;
      input.setAttribute("aria-expanded", String(!isEmpty));
      const count = options.length;
      status.replaceChildren(...(isEmpty ? [] : bilingual(count ? `${count} 条结果` : "没有找到", count ? `${count} results` : "Nothing found")));
    };

    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      (options[active] ?? options[0])?.click();
    });
    input.addEventListener("focus", load);
    input.addEventListener("input", () => {
      load();
      show();
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const last = options.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) show();
        if (last < 0) return;
        if (event.key === "ArrowDown") activate(active >= last ? 0 : active + 1);
        else activate(active <= 0 ? last : active - 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (list.hidden) input.value = "";
        close();
      }
    });
    // A press on a result must not take the focus away before it is followed.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => event.target.closest("[role=option]") && close());
    input.addEventListener("blur", close);
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  const form = document.getElementById("search");
  if (form) setUp(form);
})();
