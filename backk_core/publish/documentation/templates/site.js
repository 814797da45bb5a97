"use strict";

/* Search, buttons that copy, and a menu that is closed on narrow screens. Without it everything can still be read. */
(() => {
  const form = document.querySelector(".search");
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  form.hidden = false;

  const rank = (entry, words) => {
    const name = entry.name.toLowerCase();
    const text = `${name} ${entry.text.toLowerCase()}`;
    if (!words.every((word) => text.includes(word))) return 0;
    return words.reduce((sum, word) => sum + (name.includes(word) ? 10 : 1), entry.kind === "function" ? 2 : 1);
  };

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length === 0 ? [] : window.backkSearch
      .map((entry) => [rank(entry, words), entry])
      .filter(([points]) => points > 0)
      .sort(([first], [second]) => second - first)
      .slice(0, 12);
    list.replaceChildren(...found.map(([, entry]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const name = document.createElement("strong");
      const text = document.createElement("small");
      link.href = entry.at;
      name.textContent = entry.name;
      text.textContent = `${entry.kind}${entry.kind === "type" ? "" : ` · ${entry.text}`}`;
      link.append(name, text);
      item.append(link);
      return item;
    }));
    if (words.length > 0 && found.length === 0) {
      const nothing = document.createElement("li");
      nothing.textContent = "Nothing found";
      list.append(nothing);
    }
    list.hidden = words.length === 0;
  };

  const links = () => [...list.querySelectorAll("a")];
  const step = (by) => {
    const all = links();
    const next = all.indexOf(document.activeElement) + by;
    (next < 0 ? input : all[Math.min(next, all.length - 1)])?.focus();
  };

  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    links()[0]?.click();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    }
  });
  list.addEventListener("click", () => {
    list.hidden = true;
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) list.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });

  for (const figure of document.querySelectorAll("figure")) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(figure.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
      }, 1500);
    });
    figure.append(button);
  }

  if (window.matchMedia("(max-width: 52rem)").matches) document.querySelector(".menu").open = false;
})();
