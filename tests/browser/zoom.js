// What a page loses when it is read large, or with more room between letters, words and lines; each function answers
// a list of complaints, empty where all is well.
(() => {
  "use strict";

  const words = (text) => (text || "").trim().replace(/\s+/g, " ").slice(0, 40);
  const tell = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> ${words(element.name || element.textContent)}`;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  // --- text spacing (WCAG 2.2, 1.4.12); a constructed sheet, for the policy refuses any other ---------------------------

  function space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  }

  function unspace() {
    document.adoptedStyleSheets = [];
  }

  // --- what is cut off: text in a box that hides what does not fit -----------------------------------------------------

  function clipped() {
    const wrong = [];
    for (const box of document.body.querySelectorAll("*")) {
      if (box.matches(".sr-only, .sr-only *, svg, svg *, select, textarea, canvas, dialog:not([open]) *")) continue;
      const style = getComputedStyle(box);
      if (style.clip !== "auto" || style.display === "inline" || !words(box.textContent) || !shown(box)) continue;
      const hides = (overflow) => overflow === "hidden" || overflow === "clip";
      const wide = hides(style.overflowX) && box.scrollWidth > box.clientWidth + 1;
      const high = hides(style.overflowY) && box.scrollHeight > box.clientHeight + 1;
      if (wide || high) wrong.push(`cut off: ${tell(box)}`);
    }
    return wrong;
  }

  // --- texts that lie on each other --------------------------------------------------------------------------------------

  function lines() {
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const fixed = new Map();
    const floats = (element) => {
      if (!element || element === document.body) return false;
      if (!fixed.has(element)) {
        const lies = ["fixed", "sticky"].includes(getComputedStyle(element).position);
        fixed.set(element, lies || floats(element.parentElement));
      }
      return fixed.get(element);
    };
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const holder = node.parentElement;
      if (!node.data.trim() || !shown(holder) || holder.closest(".sr-only, option, svg, .skip")) continue;
      if (getComputedStyle(holder).clip !== "auto") continue; // said, not shown
      if (floats(holder)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 2 && box.height > 2) found.push({ holder, box });
      }
    }
    return found;
  }

  function inSight({ holder, box }) {
    for (let up = holder; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === "visible") continue;
      const frame = up.getBoundingClientRect();
      if (box.right <= frame.left || box.left >= frame.right || box.bottom <= frame.top || box.top >= frame.bottom) return false;
    }
    return true;
  }

  function overlaps() {
    const all = lines().sort((a, b) => a.box.top - b.box.top);
    const wrong = [];
    all.forEach((one, at) => {
      for (const other of all.slice(at + 1)) {
        if (other.box.top >= one.box.bottom) break;
        if (one.holder === other.holder) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        const least = Math.min(one.box.height, other.box.height);
        if (across > 2 && down > least / 3 && inSight(one) && inSight(other)) {
          wrong.push(`on each other: ${tell(one.holder)} and ${tell(other.holder)}`);
        }
      }
    });
    return [...new Set(wrong)].slice(0, 5);
  }

  // --- targets of at least 24 by 24 pixels, or with as much room, or in a sentence (2.5.8) ---------------------------------

  const LEAST = 24;

  function targets() {
    const all = document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])");
    return [...all].filter(shown).filter((each) => !each.closest(".sr-only, .skip, dialog:not([open])")).map((element) => {
      const label = element.matches("[type=checkbox], [type=radio]") && element.closest("label");
      const box = (label || element).getBoundingClientRect();
      return { element, box, x: box.left + box.width / 2, y: box.top + box.height / 2 };
    }).filter(({ box }) => box.width && box.height);
  }

  function inSentence(element) {
    if (getComputedStyle(element).display !== "inline") return false;
    const around = element.closest("p, li, td, dd, div, small, span:not(a span), figcaption");
    return Boolean(around) && words(around.textContent) !== words(element.textContent);
  }

  function small() {
    const all = targets();
    const reaches = (one, box) => {
      const dx = Math.max(box.left - one.x, 0, one.x - box.right);
      const dy = Math.max(box.top - one.y, 0, one.y - box.bottom);
      return Math.hypot(dx, dy) < LEAST / 2;
    };
    const wrong = all.filter(({ box }) => box.width < LEAST - 0.5 || box.height < LEAST - 0.5)
      .filter((one) => !inSentence(one.element))
      .filter((one) => all.some((other) => other !== one && !one.element.contains(other.element)
        && !other.element.contains(one.element) && reaches(one, other.box)));
    return wrong.map(({ element, box }) => `${Math.round(box.width)}×${Math.round(box.height)} is small: ${tell(element)}`);
  }

  window.zoom = { space, unspace, clipped, overlaps, small };
})();
