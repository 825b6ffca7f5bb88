// The inspection form part by part on a phone: the list leads to a part, the bar at the foot to the next. Nothing is
// hidden: the page stays one form, and without this file the list is made of plain links.
(() => {
  "use strict";

  const bar = document.querySelector("[data-parts]");
  const list = document.querySelector(".part-list");
  if (!bar || !list) return;
  const dialog = list.closest("dialog");
  const next = bar.querySelector("[data-next]");
  const check = bar.querySelector("[value=check]");
  const entries = [...list.querySelectorAll("a")].map((link) => ({ link, part: document.querySelector(link.hash), count: link.parentElement.querySelector("[data-count]") }));
  const shown = () => entries.filter(({ part }) => part.getClientRects().length);
  let waiting = 0;

  // The part at the upper edge of what is read: the last that begins above the middle of the screen.
  function place() {
    const open = shown();
    const passed = open.filter(({ part }) => part.getBoundingClientRect().top < innerHeight / 2);
    return { open, at: Math.max(passed.length - 1, 0) };
  }

  function show() {
    const { open, at } = place();
    const following = open[at + 1];
    next.hidden = !following;
    check.classList.toggle("btn-primary", !following);
    if (following) name(following.link.textContent.trim());
    entries.forEach(({ link, part, count }) => {
      link.parentElement.hidden = !part.getClientRects().length;
      if (count) count.textContent = String(part.querySelectorAll("[data-question] input[type=radio]:checked").length);
      if (open[at]?.link === link) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  // "Next: items 6–10", where the name of the part stays on one line.
  function name(part) {
    const [before, after] = list.dataset.nextWords.split("{part}");
    const named = document.createElement("span");
    named.className = "nowrap";
    named.textContent = part;
    const words = document.createElement("span");
    words.append(before, named, after);
    next.replaceChildren(words);
  }

  function soon() {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      show();
    });
  }

  function lead(part) {
    part.scrollIntoView({ block: "start" });
    part.focus({ preventScroll: true });
    soon();
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    lead(document.querySelector(link.hash));
  });
  next.addEventListener("click", () => {
    const { open, at } = place();
    if (open[at + 1]) lead(open[at + 1].part);
  });
  bar.querySelector("[value=save]").classList.add("btn-fixed");
  bar.querySelector("[value=save] span").className = "sr-only";
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  document.addEventListener("change", soon);
  show();
})();
