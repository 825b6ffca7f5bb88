// What can be measured on a page as it stands; each function answers a list of complaints, empty where all is well.
(() => {
  "use strict";

  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);

  function tell(element) {
    const name = element.name || element.id || words(element.textContent || "");
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> ${name}`;
  }

  // --- structure -------------------------------------------------------------------------------------------------

  function nameOf(element) {
    const spoken = (id) => document.getElementById(id)?.textContent || "";
    const labelled = (element.getAttribute("aria-labelledby") || "").split(/\s+/).map(spoken).join("");
    const labels = [...(element.labels || [])].map((label) => label.textContent).join("");
    const pictures = [...element.querySelectorAll("img")].map((image) => image.alt).join("");
    return (element.getAttribute("aria-label") || labelled || labels || pictures || element.textContent || "").trim();
  }

  function structure() {
    const wrong = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const titles = all("h1").filter(shown);
    if (titles.length !== 1) wrong.push(`${titles.length} headings of the first rank`);
    if (!words(document.title)) wrong.push("no title");
    if (!document.documentElement.lang) wrong.push("no language");
    for (const element of all("[style]")) wrong.push(`style attribute: ${tell(element)}`);
    for (const element of all("style")) wrong.push(`style element: ${tell(element)}`);
    for (const image of all("img:not([alt])")) wrong.push(`picture without words: ${image.src}`);
    const asked = "input:not([type=hidden]):not([type=submit]), select, textarea";
    for (const field of all(asked)) if (!nameOf(field)) wrong.push(`field without label: ${tell(field)}`);
    for (const part of all("a[href], button, summary")) if (!nameOf(part)) wrong.push(`nameless: ${tell(part)}`);
    const ids = all("[id]").map((element) => element.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`twice the same id: ${id}`);
    for (const element of all("[aria-describedby], [aria-labelledby]")) {
      const named = `${element.getAttribute("aria-describedby") || ""} ${element.getAttribute("aria-labelledby") || ""}`;
      const lost = named.split(/\s+/).filter((id) => id && !document.getElementById(id));
      if (lost.length) wrong.push(`names what is not there: ${lost} at ${tell(element)}`);
    }
    let rank = 1;
    for (const heading of all("h1, h2, h3, h4").filter((each) => shown(each) && each.closest("main"))) {
      const next = Number(heading.tagName[1]);
      if (next > rank + 1) wrong.push(`a rank is left out before: ${tell(heading)}`);
      rank = next;
    }
    return wrong;
  }

  // --- language: words of the program itself that are still Chinese on an English page -----------------------------

  function chinese() {
    const own = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    return [...document.querySelectorAll(".nav-label, .btn, label, legend, th, dt, summary, .tab, main h2")]
      .filter((element) => !element.closest("[lang^=zh]"))
      .filter((element) => own(element).some((text) => /\p{Script=Han}/u.test(text.data)))
      .map((element) => `not English: ${tell(element)}`);
  }

  // --- weight: bytes of the markup and of every style, script and icon that it is read with, unpacked -----------------

  function parts() {
    const page = performance.getEntriesByType("navigation").map((entry) => [location.pathname, entry.decodedBodySize]);
    const read = performance.getEntriesByType("resource").map((entry) => [new URL(entry.name).pathname, entry.decodedBodySize]);
    return Object.fromEntries(page.concat(read.filter(([path]) => /\.(css|js|svg)$/.test(path))));
  }

  const weight = () => Object.values(parts()).reduce((sum, bytes) => sum + bytes, 0);

  // --- width -------------------------------------------------------------------------------------------------------

  function width() {
    const root = document.documentElement;
    const wider = root.scrollWidth - root.clientWidth;
    if (!wider) return [];
    const clipped = (element) => {
      for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible") return true;
      }
      return false;
    };
    const guilty = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !clipped(element))
      .slice(0, 3);
    return [`${wider}px too wide: ${guilty.map(tell).join("; ")}`];
  }

  // --- contrast: text against what lies behind it (WCAG 2.2, 1.4.3) -------------------------------------------------

  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  function rgba(colour) {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  }

  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

  function behind(element) {
    const layers = [];
    for (let up = element; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.backgroundImage !== "none") return null;
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  }

  function luminance(colour) {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast() {
    document.getAnimations().forEach((each) => each.finish());
    const wrong = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !shown(element)) continue;
      if (element.closest("svg, script, option, .sr-only, .skip, :disabled, [aria-disabled=true]")) continue;
      const ground = behind(element);
      if (!ground) continue;
      const style = getComputedStyle(element);
      const ink = over(rgba(style.color), ground);
      const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) wrong.add(`contrast ${ratio.toFixed(2)}: ${tell(element)}`);
    }
    return [...wrong];
  }

  // --- focus: whoever comes by keyboard sees where they are ---------------------------------------------------------

  function focus() {
    const element = document.activeElement;
    if (!element || element === document.body) return [];
    const marked = (each) => {
      const style = getComputedStyle(each);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    const bearers = [element, element.nextElementSibling, element.closest("label"), element.parentElement];
    const drawn = element.ownerSVGElement ? [...element.querySelectorAll("*")].map((each) => getComputedStyle(each)) : [];
    const ring = String(rgba(getComputedStyle(document.documentElement).getPropertyValue("--focus").trim()));
    const ringed = drawn.some((style) => parseFloat(style.strokeWidth) >= 3 && String(rgba(style.stroke)) === ring);
    return ringed || bearers.some((each) => each && marked(each)) ? [] : [`focus is not seen: ${tell(element)}`];
  }

  // --- covered: what has the focus does not lie wholly under a bar (WCAG 2.2, 2.4.11) --------------------------------

  function covered() {
    const element = document.activeElement;
    if (!element || element === document.body || element.matches("main, dialog")) return [];
    const mine = (there) => there && (element.contains(there) || there.contains(element) || there.closest("label")?.control === element);
    const lies = (box) => {
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      if (right <= left || bottom <= top) return false;
      return [0.1, 0.5, 0.9].some((x) =>
        [0.1, 0.5, 0.9].some((y) => mine(document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y))),
      );
    };
    const { top, bottom } = element.getBoundingClientRect();
    const where = `${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight}`;
    return [...element.getClientRects()].some(lies) ? [] : [`covered while it has the focus: ${tell(element)} at ${where}`];
  }

  window.measures = { structure, chinese, parts, weight, width, contrast, focus, covered };
})();
