(() => {
  "use strict";
  const box = document.getElementById("find"), status = document.getElementById("found");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const sections = [...document.querySelectorAll("main > section")].map((node) => ({
    node, text: plain(node.textContent), links: [...document.querySelectorAll(`.toc a[href="#${CSS.escape(node.id)}"]`)],
  }));
  const total = sections.length;
  const find = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { node, text, links } of sections) {
      const hit = words.every((word) => text.includes(word));
      node.hidden = !hit;
      for (const link of links) link.parentElement.hidden = !hit;
      shown += hit;
    }
    const none = shown === 0;
    document.getElementById("none").hidden = !none;
    status.textContent = words.length ? `${shown} of ${total}` : "";
  };
  box.form.hidden = false;
  box.form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
  box.addEventListener("input", find);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { box.value = ""; find(); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });
  document.querySelectorAll(".toc .small a").forEach((link) => link.addEventListener("click", () => {
    link.closest("details").open = false;
  }));
  window.addEventListener("beforeprint", () => { if (box.value) { box.value = ""; find(); } });
})();
