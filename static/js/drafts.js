(() => {
  "use strict";

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- drafts: <form data-autosave> is sent with _do=keep a moment after the last change ----------------------------

  const KEEP_AFTER = 3000;
  const TRY_AGAIN_AFTER = 20000;
  const BY_SCRIPT = { "X-Requested-With": "fetch" };
  const waiting = new Map();

  async function sendDraft(form) {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("_do", "keep");
    const answer = await fetch(location.href, { method: "POST", body: data, headers: BY_SCRIPT, redirect: "manual" });
    return answer.status === 204;
  }

  // Whoever signed in anew in another tab has another token there; the forms of this page go by it from now on.
  async function takeToken() {
    const answer = await fetch(location.href, { headers: BY_SCRIPT });
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = $("input[name=csrfmiddlewaretoken]", page);
    if (token) $$("input[name=csrfmiddlewaretoken]").forEach((box) => (box.value = token.value));
    return Boolean(token);
  }

  async function keepDraft(form) {
    waiting.delete(form);
    const state = $("[data-autosave-state]");
    if (!form.isConnected || form.dataset.sent || !state) return;
    let kept = false;
    try {
      kept = (await sendDraft(form)) || ((await takeToken()) && (await sendDraft(form)));
    } catch {
      kept = false;
    }
    state.hidden = false;
    state.classList.toggle("tag-ok", kept);
    state.classList.toggle("tag-danger", !kept);
    $$("[data-autosave-before]").forEach((before) => (before.hidden = true));
    state.textContent = kept ? `${state.dataset.saved} ${new Date().toTimeString().slice(0, 5)}` : state.dataset.failed;
    document.dispatchEvent(new CustomEvent("zhijian:tell", { detail: state.textContent }));
    const files = $$("input[type=file]", form).some((box) => box.files.length);
    if (kept && !waiting.has(form) && !files) form.dispatchEvent(new Event("kept", { bubbles: true }));
    if (!kept && !waiting.has(form)) waiting.set(form, setTimeout(keepDraft, TRY_AGAIN_AFTER, form));
  }

  ["input", "change"].forEach((name) =>
    document.addEventListener(name, (event) => {
      const form = event.target.form;
      if (!form || !form.matches("[data-autosave]")) return;
      clearTimeout(waiting.get(form));
      waiting.set(form, setTimeout(keepDraft, KEEP_AFTER, form));
    }),
  );
})();
