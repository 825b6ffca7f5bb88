// Enhancements only: every page works without this file. No inline handlers, so it runs under script-src 'self'.
(() => {
  "use strict";

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const YEAR = 365 * 24 * 3600;

  // --- theme: the server reads the cookie, so the next page arrives in the right colours -------------------------

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-form]")) return;
    event.preventDefault();
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  });

  // --- focus: errors first -----------------------------------------------------------------------------------------

  function focusErrors(root) {
    const summary = $("[data-error-summary]", root);
    if (summary) summary.focus();
  }

  // --- tabs that do not fit: the one that is open is in sight ----------------------------------------------------------

  $$(".views").forEach((bar) => {
    const open = bar.querySelector("[aria-current]");
    if (open && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = open.offsetLeft - bar.offsetLeft - 24;
  });

  // --- what changes without a new page is told to screen readers in the one status line of the page ----------------
  // Parts marked data-say are said, by their attribute or else their words; a bar's numbers at most every ten seconds.

  const OFTEN = 10000;
  let said = { words: "", at: 0 };

  function tell(words, always = true) {
    const line = $("#said");
    const plain = (text) => text.replace(/\d+/g, "");
    if (!line || !words) return;
    if (!always && words === said.words) return;
    if (!always && plain(words) === plain(said.words) && Date.now() - said.at < OFTEN) return;
    said = { words, at: Date.now() };
    line.textContent = ""; // the same words again are news, too
    setTimeout(() => (line.textContent = words), 50);
  }

  function wordsToSay(root) {
    const words = (part) => (part.dataset.say || part.textContent).replace(/\s+/g, " ").trim();
    return $$("[data-say]:not(.bulk [data-say])", root).map(words).join(" · ");
  }

  document.addEventListener("zhijian:tell", (event) => tell(event.detail));

  // --- whoever stood in a part that is exchanged stands there again, at the same words or else at its beginning -----

  const wordsOf = (each) => each.name || each.textContent.trim().slice(0, 200);

  function holder() {
    const here = document.activeElement;
    return here && here !== document.body ? { tag: here.tagName, words: wordsOf(here) } : null;
  }

  function holdAgain(part, held) {
    if (!part || !held || document.activeElement !== document.body) return;
    for (const each of $$(held.tag, part)) {
      if (wordsOf(each) !== held.words) continue;
      each.focus({ preventScroll: true });
      if (document.activeElement === each) return;
    }
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  // --- what is wider than its place can be scrolled by the keyboard -------------------------------------------------

  function reachWideTables(root) {
    for (const wrap of $$(".table-wrap, .tiles", root)) {
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
      else wrap.removeAttribute("tabindex");
    }
  }

  addEventListener("resize", () => reachWideTables(document));

  // --- rows that a narrow window shows as cards stay a table for whoever hears them ---------------------------------

  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell" };

  function keepRoles(root) {
    for (const part of $$(".rows, .rows thead, .rows tbody, .rows tr, .rows th, .rows td", root)) {
      part.setAttribute("role", ROLES[part.tagName]);
    }
  }

  // --- dialogs: <a href="#id" data-dialog="id"> opens; [data-close] and a click on the backdrop close --------------

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      if (opener.getAttribute("aria-disabled") !== "true") openDialog(opener.dataset.dialog);
      return;
    }
    const closer = event.target.closest("dialog [data-close]");
    if (closer || event.target.matches("dialog")) {
      const dialog = event.target.closest("dialog");
      if (closer) event.preventDefault();
      if (dialog.open) dialog.close();
    }
  });

  // A blocked button stays focusable, so that its reasons are read out; it only must not act.
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[aria-disabled=true], button[aria-disabled=true]")) event.preventDefault();
  });

  // --- menus made of <details data-menu>: close on Escape and on a click elsewhere; <details data-panel> on Escape within

  function closeMenus(except) {
    $$("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));

  function escape(target) {
    $$("details[data-menu][open], details[data-panel][open]").forEach((each) => {
      if (each.contains(target)) $("summary", each).focus();
      else if (!("menu" in each.dataset)) return;
      each.open = false;
    });
  }

  // --- shortcuts: / search, j k move, x select, N new, ? help ------------------------------------------------------

  function shortcutsAreOn() {
    return document.body.dataset.shortcuts !== "off";
  }

  function isTyping(target) {
    return target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  }

  function moveInRows(step) {
    const rows = $$("[data-rows] tr:not(.group)").filter((row) => $("a", row));
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement.closest("tr"));
    const next = Math.max(0, Math.min(rows.length - 1, here + step));
    ($(".subject a", rows[next]) || $("a", rows[next])).focus();
  }

  function selectRow() {
    const row = document.activeElement.closest("tr");
    const box = row && $("input[type=checkbox]", row);
    if (box) box.click();
  }

  const SHORTCUTS = {
    "/": () => $(".search input")?.focus(),
    "?": () => openDialog("shortcuts"),
    j: () => moveInRows(1),
    k: () => moveInRows(-1),
    x: selectRow,
    n: () => $("[data-new]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") escape(event.target);
    if (!shortcutsAreOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if ($("dialog[open]")) return;
    const action = SHORTCUTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // --- bulk selection: [data-bulk] holds the rows, [data-bulk-bar] shows the count ---------------------------------

  function showSelection(table) {
    const boxes = $$("tbody input[type=checkbox]", table);
    boxes.forEach((box) => box.closest("tr").setAttribute("aria-selected", String(box.checked)));
    const chosen = boxes.filter((box) => box.checked).length;
    const all = $("[data-all]", table);
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const bar = $("[data-bulk-bar]");
    if (!bar) return "";
    bar.classList.remove("bulk-strip");
    bar.hidden = chosen === 0;
    const count = $("[data-bulk-count]", bar);
    if (count) count.textContent = String(chosen);
    const everything = $("[data-bulk-all]", bar);
    if (everything && chosen < boxes.length) everything.checked = false;
    return $("[data-say]", bar)?.textContent.trim();
  }

  document.addEventListener("change", (event) => {
    const table = event.target.closest("[data-bulk]");
    if (event.target.matches("[data-bulk-all]") && event.target.checked) {
      $$("[data-bulk] tbody input[type=checkbox]").forEach((box) => (box.checked = true));
      $$("[data-bulk]").forEach(showSelection);
    }
    if (!table || !event.target.matches("input[type=checkbox]")) return;
    if (event.target.matches("[data-all]")) {
      $$("tbody input[type=checkbox]", table).forEach((box) => (box.checked = event.target.checked));
    }
    tell(showSelection(table));
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-clear]")) return;
    $$("[data-bulk]").forEach((table) => {
      $$("input[type=checkbox]", table).forEach((box) => (box.checked = false));
      showSelection(table);
    });
  });

  // --- what is current stands in view: the step in the diagram, the open tab in a strip wider than the window ---------

  function centre(frame, current) {
    if (!current) return;
    const box = current.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    frame.scrollLeft += box.left + box.width / 2 - around.left - around.width / 2;
    frame.scrollTop += box.top + box.height / 2 - around.top - around.height / 2;
  }

  const centreDiagram = (frame) => centre(frame, $("[data-current]", frame));

  document.addEventListener("toggle", (event) => $$("[data-diagram]", event.target).forEach(centreDiagram), true);

  // --- countdown: <time data-countdown datetime="…">; only the last day is counted in hours ------------------------

  function tick(clock) {
    const left = Math.floor((Date.parse(clock.dateTime) - Date.now()) / 60000);
    if (left < 0 || left > 24 * 60) return;
    const words = clock.dataset.countdown;
    clock.textContent = words.replace("%h", Math.floor(left / 60)).replace("%m", left % 60);
  }

  setInterval(() => $$("[data-countdown]").forEach(tick), 30000);

  // --- unsaved changes: <form data-guard> asks before the page is left ---------------------------------------------

  const changed = new Set();
  document.addEventListener("kept", (event) => changed.delete(event.target)); // by drafts.js
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  addEventListener("beforeunload", (event) => {
    if (![...changed].some((form) => form.isConnected)) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // --- one click, one post -----------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (event.submitter && event.submitter.matches("[data-again]")) return; // the page stays: a file, or paper
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    // A place of this page, such as its main part, would take the focus from the errors of the answer.
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  });
  addEventListener("pageshow", () => {
    $$("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // --- fields that follow an answer: <div data-show-when="name=value|value"> ---------------------------------------

  function followAnswers(form) {
    $$("[data-show-when]", form).forEach((part) => {
      const [name, values] = part.dataset.showWhen.split("=");
      const answer = new FormData(form).get(name);
      part.hidden = !values.split("|").includes(answer);
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.form) followAnswers(event.target.form);
  });

  // --- lists: within [data-swap="id id"], links and filters of the same page exchange only the parts of those ids;
  // --- a form data-typed asks while one types, and a part data-ask-again="3" every three seconds until it is no more -----

  const BY_SCRIPT = { "X-Requested-With": "fetch" };

  let latest = 0;

  async function swap(url, parts, push, unasked = false) {
    const mine = ++latest;
    const list = document.getElementById(parts[0]);
    if (list && !unasked) list.setAttribute("aria-busy", "true");
    let page;
    let elsewhere = false;
    try {
      const answer = await fetch(url, { headers: BY_SCRIPT });
      elsewhere = answer.redirected;
      const here = new URL(answer.url).pathname === location.pathname;
      const html = (answer.headers.get("Content-Type") || "").startsWith("text/html");
      if (!answer.ok || !here || !html) throw new Error("another page");
      url = answer.url;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      if (unasked && !elsewhere) askAgain(list);
      else location.href = url;
      return;
    }
    if (mine !== latest) {
      if (unasked) askAgain(list); // an answer overtaken by a later question is no news
      return;
    }
    const held = holder();
    $$("#icons symbol", page).forEach((icon) => document.getElementById(icon.id) || $("#icons").append(icon));
    if (push) history.pushState({ parts }, "", url);
    parts.forEach((id) => {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (!old || !fresh) return;
      old.replaceWith(fresh);
      enhance(fresh);
    });
    const within = document.getElementById(parts[0]);
    if (!within) return;
    holdAgain(within, held);
    tell(wordsToSay(within), !unasked);
  }

  function askAgain(part) {
    setTimeout(() => part.isConnected && swap(location.href, [part.id], false, true), part.dataset.askAgain * 1000);
  }

  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-typed]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => form.requestSubmit(), 300);
  });

  const partsOf = (node) => node.closest("[data-swap]").dataset.swap.split(" ");

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-swap] a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.pathname !== location.pathname || link.hash || link.target) return;
    event.preventDefault();
    if (!history.state) history.replaceState({ parts: partsOf(link) }, "");
    swap(link.href, partsOf(link), true);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "get" || !form.closest("[data-swap]")) return;
    event.preventDefault();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    if (!history.state) history.replaceState({ parts: partsOf(form) }, "");
    swap(`${form.action.split(/[?#]/)[0]}?${query}`, partsOf(form), true);
  });

  addEventListener("popstate", (event) => {
    if (event.state && event.state.parts) swap(location.href, event.state.parts, false);
  });

  // --- drop zone, filters that apply at once, demo sign-in ---------------------------------------------------------

  ["dragenter", "dragover", "dragleave", "drop"].forEach((name) =>
    document.addEventListener(name, (event) => {
      const zone = event.target.closest?.("[data-drop]");
      if (zone) zone.classList.toggle("drop-over", name === "dragenter" || name === "dragover");
    }),
  );

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  function enhance(root) {
    focusErrors(root);
    $$("[data-diagram]", root).forEach(centreDiagram);
    $$(".views", root).forEach((tabs) => centre(tabs, $("[aria-current]", tabs)));
    $$("[data-countdown]", root).forEach(tick);
    $$("[data-bulk]", root).forEach(showSelection);
    $$("form", root).forEach(followAnswers);
    keepRoles(root);
    reachWideTables(root);
    [root, ...$$("[data-ask-again]", root)].filter((part) => part.dataset?.askAgain).forEach(askAgain);
  }

  enhance(document);
})();
