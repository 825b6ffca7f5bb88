// The inspection form on the phone: counts answers, keeps a sealed draft on the device, sends it when there is a network,
// and joins it with what a colleague has saved meanwhile. The form works without.
window.onsite = (() => {
  "use strict";

  const form = document.querySelector("[data-inspection]");
  if (!form) return null;
  const { task } = form.dataset;
  const questions = [...form.querySelectorAll("[data-question]")];
  const $ = (selector) => document.querySelector(selector);
  const words = new Map([...($("[data-words]")?.content.children ?? [])].map((word) => [word.dataset.word, word.textContent]));
  const ONLY_MINE = /^(sign|typed|party)_/; // no part of the inspection itself: nobody else fills it in
  const NEVER = new Set(["csrfmiddlewaretoken", "version", "seen_version", "_do"]);
  const AGAIN = 15000;
  const state = { online: navigator.onLine, signedOut: false, conflict: false, closed: false, refused: "", waiting: 0, at: null, sent: true, joined: "" };
  let draft = null;
  let running = null;
  let passing = false;
  let keeping = 0;
  let sending = 0;

  class SignedOut extends Error {}

  function word(name, filled = {}) {
    return Object.entries(filled).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words.get(name));
  }

  // --- answers ------------------------------------------------------------------------------------------------------

  function answerOf(question) {
    return question.querySelector("input[type=radio]:checked")?.value || "";
  }

  function count() {
    const answered = questions.filter(answerOf).length;
    form.querySelector("[data-progress]").value = answered;
    form.querySelector("[data-answered]").textContent = String(answered);
  }

  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (!question || event.target.type !== "radio") return;
    question.classList.toggle("question-bad", answerOf(question) === "fail");
    count();
  });

  function values() {
    const found = {};
    for (const field of form.elements) {
      if (!field.name || NEVER.has(field.name) || field.type === "file" || field.name.startsWith("pick_")) continue;
      if (field.type !== "radio") found[field.name] = field.value;
      else if (field.checked || !(field.name in found)) found[field.name] = field.checked ? field.value : "";
    }
    return found;
  }

  function fill(given) {
    for (const field of form.elements) {
      if (!(field.name in given) || field.type === "file") continue;
      if (field.type === "radio") field.checked = field.value === given[field.name];
      else field.value = given[field.name];
    }
    questions.forEach((question) => question.classList.toggle("question-bad", answerOf(question) === "fail"));
    count();
    form.elements[0].dispatchEvent(new Event("change", { bubbles: true })); // what follows an answer shows or hides
    form.dispatchEvent(new Event("onsite:filled"));
  }

  const clean = (value) => (value || "").replace(/\r\n/g, "\n").trim();
  const same = (one, other) => Object.keys(one).every((name) => clean(one[name]) === clean(other[name]));

  function labelOf(name) {
    const field = form.elements[name];
    const first = field instanceof RadioNodeList ? field[0] : field;
    const title = first.closest("fieldset")?.querySelector("legend") || first.labels?.[0];
    return (title?.textContent || name).trim().replace(/\s+/g, " ");
  }

  // What was filled in, in words: for whoever can no longer send it.
  function told() {
    return Object.entries(values())
      .filter(([name, value]) => value && !name.startsWith("sign_"))
      .map(([name, value]) => {
        const box = form.querySelector(`input[type=radio][name="${name}"]:checked`);
        return [labelOf(name), box ? box.closest("label").textContent.trim() : value];
      });
  }

  // --- the server ---------------------------------------------------------------------------------------------------

  const token = () => (/(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "");

  async function ask(address, { headers = {}, ...options } = {}) {
    const answer = await fetch(address, { redirect: "manual", headers: { "X-Requested-With": "fetch", "X-CSRFToken": token(), ...headers }, ...options });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    if (answer.type === "opaqueredirect" || (answer.status === 403 && !isJson)) throw new SignedOut();
    if (answer.status >= 500) throw new TypeError("out of order"); // as good as no network: tried again
    return answer;
  }

  async function send(tries = 2) {
    const sent = values();
    const body = new URLSearchParams(sent);
    body.set("version", draft.base);
    draft.tried = sent; // should the answer get lost on its way, what is saved by then is our own
    const answer = await ask(form.dataset.draft, { method: "POST", body });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    state.closed = answer.status === 410 || answer.status === 404;
    state.refused = answer.ok || said.code === "stale" || state.closed ? "" : said.message || Object.values(said.errors || {}).flat().join(" ") || String(answer.status);
    if (said.code === "stale") {
      if (join(said.theirs, said.version) && tries) return send(tries - 1);
    } else if (answer.ok) {
      Object.assign(draft, { base: said.version, known: sent });
      form.elements.version.value = said.version;
      state.at = new Date();
    }
    return keep();
  }

  // Three ways: as both began, as I have it, as my colleague saved it. True where no field says three different things.
  function join(theirs, version) {
    const mine = values();
    const taken = {};
    let clash = false;
    for (const [name, value] of Object.entries(mine)) {
      if (ONLY_MINE.test(name)) continue;
      const [me, other, before, tried] = [value, theirs[name], draft.known[name], draft.tried?.[name]].map(clean);
      if (other === me || (draft.tried && other === tried)) continue;
      if (me === before) taken[name] = theirs[name] || "";
      else if (other !== before) clash = true;
    }
    state.conflict = clash;
    if (clash) return false;
    fill(taken);
    Object.assign(draft, { base: version, known: { ...mine, ...taken, ...theirs } });
    form.elements.version.value = version;
    const items = Object.keys(taken).filter((name) => name.startsWith("item_"));
    if (items.length) state.joined = word("joined", { items: items.map((name) => name.slice(5)).join("、") });
    return true;
  }

  async function work() {
    if (isDirty()) await keep(); // first of all on the device: the way to the server may lead away from this page
    try {
      if (isDirty() && !state.conflict) await send();
      await window.onsite.photos.send();
      Object.assign(state, { online: true, signedOut: false });
    } catch (error) {
      if (error instanceof SignedOut) state.signedOut = true;
      else if (error instanceof TypeError) {
        state.online = false;
        setTimeout(() => navigator.onLine && sync(), AGAIN);
      } else throw error;
    }
    const blocked = !state.online || state.signedOut || state.conflict || state.closed || state.refused;
    return !blocked && !state.waiting && !isDirty();
  }

  // Whether all is on the server now.
  function sync() {
    if (!draft) return Promise.resolve(true);
    running ||= work().finally(() => {
      running = null;
      show();
    });
    return running;
  }

  // --- the draft ----------------------------------------------------------------------------------------------------

  const isDirty = () => draft !== null && !same(values(), draft.known);

  async function keep() {
    clearTimeout(keeping);
    draft.values = values();
    const title = $("h1").textContent.trim();
    const open = { dirty: isDirty() };
    try {
      await vault.put("drafts", task, { ...draft, title, told: told() }, { open });
      state.sent = !open.dirty;
      if (open.dirty || !state.at) state.at = new Date();
    } catch {
      state.refused = word("unkept");
    }
    show();
  }

  function changed() {
    if (!draft) return;
    state.joined = "";
    clearTimeout(keeping);
    clearTimeout(sending);
    keeping = setTimeout(keep, 150);
    sending = setTimeout(() => state.online && !state.signedOut && sync(), 2500);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => document.hidden && isDirty() && keep());
  addEventListener("online", () => sync());
  addEventListener("offline", () => {
    state.online = false;
    show();
  });

  // The draft of this device and the page of the server: whichever is newer, or both joined.
  async function meet() {
    const kept = await vault.get("drafts", task).catch(() => null);
    const page = { base: Number(form.elements.version.value || 0), known: values() };
    draft = page;
    if (!kept) return;
    const wasDirty = !same(kept.values, kept.known);
    if (form.dataset.stale) {
      draft = { ...kept, base: page.base };
      choose(kept.known);
      return;
    }
    if (kept.base < page.base && !wasDirty) return;
    if (kept.base === page.base && !wasDirty) return;
    fill(kept.values);
    draft = { base: kept.base, known: kept.known, tried: kept.tried };
    form.elements.version.value = kept.base;
    if (kept.base < page.base) join(page.known, page.base);
  }

  // On the page of two versions: what only the colleague has touched is theirs.
  function choose(known) {
    const mine = values();
    for (const pick of document.querySelectorAll("[name^=pick_][value=theirs]")) {
      const name = pick.name.slice(5);
      if (clean(mine[name]) === clean(known[name])) pick.checked = true;
    }
  }

  async function takeChosen() {
    for (const pick of document.querySelectorAll("[name^=pick_][value=theirs]:checked")) {
      fill({ [pick.name.slice(5)]: pick.dataset.value });
    }
    draft.base = Number(form.elements.seen_version.value);
    await keep();
  }

  document.querySelector("[data-drop]")?.addEventListener("click", async (event) => {
    if (!draft) return;
    event.preventDefault();
    clearTimeout(keeping);
    await vault.remove("drafts", task);
    location.assign(event.target.href);
  });

  form.addEventListener("submit", async (event) => {
    const submitter = event.submitter;
    if (passing || !draft || !submitter) return;
    event.preventDefault();
    if (submitter.value === "mine") await takeChosen();
    else {
      await keep();
      const done = await sync();
      if (!done && !state.conflict && !state.closed) return $("[data-sync-note]").focus();
      if (done && submitter.value === "save") return;
    }
    passing = true;
    form.requestSubmit(state.conflict && submitter.value !== "mine" ? $("button[name=_do][value=save]") : submitter);
    passing = false;
  });

  // --- what is shown ------------------------------------------------------------------------------------------------

  const clock = (at) => (at ? at.toLocaleTimeString(document.documentElement.lang, { hour12: false }) : "");

  function show() {
    const offline = !state.online || state.signedOut;
    const chip = $("[data-sync]");
    chip.hidden = false;
    chip.classList.toggle("tag-warn", offline || state.conflict || Boolean(state.refused));
    chip.querySelector("[data-icon=offline]").toggleAttribute("hidden", !offline);
    chip.querySelector("[data-icon=online]").toggleAttribute("hidden", offline);
    const saved = state.sent ? "sent" : "kept";
    chip.querySelector("[data-sync-words]").textContent = [word(offline ? "offline" : "online"), state.at && draft ? word(saved, { time: clock(state.at) }) : ""].filter(Boolean).join(" · ");
    const note = $("[data-sync-note]");
    const [title, text] = message();
    if (title && title !== note.querySelector("b").textContent) {
      document.dispatchEvent(new CustomEvent("zhijian:tell", { detail: `${title} ${text}` }));
    }
    note.hidden = !title;
    note.querySelector("b").textContent = title;
    note.querySelector("[data-text]").textContent = text;
    note.querySelector("[data-signin]").hidden = !state.signedOut;
    note.querySelector("[data-compare]").hidden = !state.conflict || Boolean(form.dataset.stale);
  }

  function message() {
    const kept = state.sent && !state.waiting ? "" : word(state.waiting ? "here-photos" : "here", { time: clock(state.at), photos: state.waiting });
    if (!draft) return [word(isSecureContext ? "unkept" : "insecure"), ""];
    if (state.signedOut) return [word("signed-out"), kept];
    if (state.conflict && !form.dataset.stale) return [word("conflict"), word("conflict-text")];
    if (state.closed) return [word("closed"), kept];
    if (state.refused) return [word("refused"), state.refused];
    if (!state.online) return [word("no-network"), kept || word("nothing-lost")];
    if (state.waiting) return [word("waiting", { photos: state.waiting }), ""];
    return [state.joined, ""];
  }

  // --- beginning ----------------------------------------------------------------------------------------------------

  async function begin() {
    count();
    if (!task) return; // a form that is filled in at a desk: its answers are counted, nothing more
    if (!isSecureContext || !self.vault) return show();
    try {
      const answer = await ask(form.dataset.draft);
      state.closed = answer.status === 410;
      if (answer.ok) {
        const who = await answer.json();
        await vault.enter(who.account, who.key);
      }
    } catch (error) {
      state.online = error instanceof SignedOut && state.online;
      state.signedOut = error instanceof SignedOut;
    }
    if (!(await vault.holder().catch(() => null))) return show();
    form.removeAttribute("data-guard"); // nothing typed can be lost by leaving the page
    await meet();
    await window.onsite.photos.begin();
    form.dispatchEvent(new Event("onsite:ready"));
    if (isDirty()) state.sent = false;
    show();
    if (state.online) await prepare();
    await sync();
  }

  // For the next visit without network: the worker, and this page as the server would give it.
  async function prepare() {
    navigator.storage?.persist?.();
    await navigator.serviceWorker?.register(form.dataset.worker).catch(() => null);
    const answer = await ask(location.pathname).catch(() => null);
    if (answer?.ok) await vault.keepPage(task, answer);
    form.dataset.kept = "1";
  }

  document.addEventListener("DOMContentLoaded", begin);
  return { form, task, state, word, ask, values, changed, show, sync };
})();
