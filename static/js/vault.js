// The browser's own shelf for inspections: drafts, photos and pages, each sealed by AES-GCM. The key comes from the server
// after each sign-in and lies here as a CryptoKey that nobody can read out; without it the rest is noise. It works alike in
// a page and in the service worker.
self.vault = (() => {
  "use strict";

  const STORES = ["keys", "drafts", "photos", "pages"];
  let opened = null;

  function open() {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open("zhijian-onsite", 1);
      request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name, { keyPath: "id" }));
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        request.result.onclose = () => (opened = null);
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    opened.catch(() => (opened = null));
    return opened;
  }

  // One act on one store; answers what its request answered once the whole is written.
  async function within(name, mode, act) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error || request?.error);
    });
  }

  const all = (name) => within(name, "readonly", (store) => store.getAll());

  // --- whose it is --------------------------------------------------------------------------------------------------

  async function holder() {
    return (await all("keys"))[0] || null;
  }

  async function enter(account, key) {
    await belongsTo(account);
    const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    const sealed = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    await within("keys", "readwrite", (store) => store.put({ id: account, key: sealed }));
  }

  // Somebody else has signed in: the predecessor's key and pages go, their drafts stay and stay sealed.
  async function belongsTo(account) {
    const held = await holder();
    if (!held || held.id === account) return;
    await within("keys", "readwrite", (store) => store.clear());
    await within("pages", "readwrite", (store) => store.clear());
  }

  // --- sealing ------------------------------------------------------------------------------------------------------

  async function seal(key, id, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bound = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
    return { iv, bytes: await crypto.subtle.encrypt(bound, key, bytes) };
  }

  async function unseal(key, id, sealed) {
    const bound = { name: "AES-GCM", iv: sealed.iv, additionalData: new TextEncoder().encode(id) };
    return crypto.subtle.decrypt(bound, key, sealed.bytes);
  }

  const written = (value) => new TextEncoder().encode(JSON.stringify(value));
  const read = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

  // --- the shelf ----------------------------------------------------------------------------------------------------

  // `open` says in the clear what must be known without the key: whether something was never sent. `file` is sealed apart.
  async function put(name, task, value, { key = task, file = null, open = {} } = {}) {
    const held = await holder();
    if (!held) throw new Error("no key");
    const id = `${held.id}/${name}/${key}`;
    const record = { ...open, id, account: held.id, task: String(task), at: Date.now() };
    record.value = await seal(held.key, id, written(value));
    if (file) record.file = await seal(held.key, `${id}/file`, file);
    await within(name, "readwrite", (store) => store.put(record));
  }

  async function get(name, key) {
    const held = await holder();
    if (!held) return null;
    const id = `${held.id}/${name}/${key}`;
    const record = await within(name, "readonly", (store) => store.get(id));
    return record ? read(await unseal(held.key, id, record.value)) : null;
  }

  async function file(name, key) {
    const held = await holder();
    const id = `${held.id}/${name}/${key}`;
    const record = await within(name, "readonly", (store) => store.get(id));
    return unseal(held.key, `${id}/file`, record.file);
  }

  // Records of whoever is signed in, still sealed: task, at, and what stands in the clear.
  async function list(name) {
    const held = await holder();
    return held ? (await all(name)).filter((record) => record.account === held.id) : [];
  }

  async function remove(name, key) {
    const held = await holder();
    if (held) await within(name, "readwrite", (store) => store.delete(`${held.id}/${name}/${key}`));
  }

  // Tasks of which something is on this device only.
  async function unsent() {
    const drafts = (await list("drafts")).filter((draft) => draft.dirty);
    return [...new Set([...drafts, ...(await list("photos"))].map((record) => record.task))];
  }

  // Keep a page with the policy it came under; what is no inspection (any more) is not kept.
  async function keepPage(task, answer) {
    const html = await answer.text();
    const policy = answer.headers.get("Content-Security-Policy") || "default-src 'none'";
    if (html.includes("data-inspection")) await put("pages", task, { html, policy });
  }

  async function wipe() {
    for (const name of STORES) await within(name, "readwrite", (store) => store.clear());
  }

  return { enter, belongsTo, holder, put, get, file, list, remove, unsent, keepPage, wipe };
})();
