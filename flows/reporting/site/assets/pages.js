// A button that copies what is meant to be run elsewhere. Every page is complete without this file.
"use strict";

document.querySelectorAll("pre[data-copy]").forEach((block) => {
  const button = document.createElement("button");
  const label = (zh, en) => {
    const parts = [["zh-CN", zh], ["en", en]].map(([lang, words]) =>
      Object.assign(document.createElement("span"), { lang, textContent: words }));
    parts[1].className = "en";
    button.replaceChildren(parts[0], " ", parts[1]);
  };
  button.type = "button";
  button.className = "copy";
  label("复制", "copy");
  button.addEventListener("click", async () => {
    const text = block.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // From disk a browser may give no clipboard: then the text is selected, ready for the keys.
      getSelection().selectAllChildren(block.querySelector("code"));
      document.execCommand("copy");
    }
    label("已复制", "copied");
    setTimeout(() => label("复制", "copy"), 2000);
  });
  block.append(button);
});
