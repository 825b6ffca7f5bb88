// Photos of the inspection: hashed and sealed on the device as they are taken, with time and, if allowed, place; sent piece
// by piece, going on where it broke off. Without this file the fields send their files with the form.
(() => {
  "use strict";

  const { onsite } = window;
  if (!onsite) return;
  const { form, task, state, word } = onsite;
  const PIECE = 256 * 1024;
  const AGAIN = 3;
  const allowed = form.querySelector("[data-place]");
  const cards = new Map();

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // --- where it was taken -------------------------------------------------------------------------------------------

  function place() {
    if (!allowed?.checked || !navigator.geolocation) return Promise.resolve(null);
    return new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition((found) => resolve(found.coords), () => resolve(null), {
        enableHighAccuracy: true,
        maximumAge: 60000,
        timeout: 10000,
      }),
    );
  }

  allowed?.addEventListener("change", async () => {
    const said = form.querySelector("[data-place-said]");
    said.textContent = "";
    if (!allowed.checked || (await place())) return;
    allowed.checked = false;
    said.textContent = word("no-place");
  });

  // --- taking -------------------------------------------------------------------------------------------------------

  function identity() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera]");
    if (!button) return;
    const input = form.elements[button.dataset.camera];
    input.capture = "environment";
    input.click();
    input.removeAttribute("capture");
  });

  form.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.type !== "file" || !form.dataset.photosReady) return;
    const files = [...input.files];
    const where = await place();
    for (const file of files) {
      try {
        await take(file, input, where);
      } catch {
        return; // the device is full: the field keeps its files and sends them with the form
      }
    }
    input.value = "";
    onsite.sync();
  });

  async function take(file, input, where) {
    const bytes = await file.arrayBuffer();
    const photo = {
      id: identity(),
      item: input.name === "refusal_files" ? "refusal" : input.name.slice("files_".length),
      name: file.name,
      type: file.type,
      size: bytes.byteLength,
      sha256: hex(await crypto.subtle.digest("SHA-256", bytes)),
      taken_at: new Date(file.lastModified || Date.now()).toISOString(),
      latitude: where ? where.latitude.toFixed(6) : "",
      longitude: where ? where.longitude.toFixed(6) : "",
      accuracy: where ? String(Math.round(where.accuracy)) : "",
    };
    await vault.put("photos", task, photo, { key: photo.id, file: bytes });
    state.waiting += 1;
    state.at = new Date();
    draw(photo, bytes);
    onsite.show();
  }

  // --- showing ------------------------------------------------------------------------------------------------------

  function draw(photo, bytes) {
    const name = photo.item === "refusal" ? "refusal_files" : `files_${photo.item}`;
    const input = form.elements[name];
    let row = input.parentElement.querySelector("[data-taken]");
    if (!row) {
      row = document.createElement("div");
      row.className = "photos taken";
      row.dataset.taken = "";
      input.after(row);
    }
    const card = document.querySelector("[data-photo-card]").content.firstElementChild.cloneNode(true);
    const image = card.querySelector("img");
    image.alt = photo.name;
    if (photo.type.startsWith("image/")) image.src = URL.createObjectURL(new Blob([bytes], { type: photo.type }));
    const at = new Date(photo.taken_at).toLocaleString(document.documentElement.lang, { hour12: false });
    card.querySelector("[data-at]").textContent = at;
    card.querySelector("[data-where]").textContent = photo.latitude ? `${photo.latitude}, ${photo.longitude}` : word("without-place");
    card.querySelector("[data-hash]").textContent = photo.sha256.slice(0, 8);
    card.querySelector("[data-hash]").title = `SHA-256 ${photo.sha256}`;
    card.querySelector("button").addEventListener("click", () => drop(photo));
    row.append(card);
    cards.set(photo.id, card);
    say(photo, word("photo-waits"));
  }

  function say(photo, text) {
    const card = cards.get(photo.id);
    if (card) card.querySelector("[data-state]").textContent = text;
  }

  async function drop(photo) {
    await vault.remove("photos", photo.id);
    cards.get(photo.id)?.remove();
    cards.delete(photo.id);
    await recount();
    onsite.show();
  }

  const mine = async () => (await vault.list("photos")).filter((record) => record.task === task);

  async function recount() {
    state.waiting = (await mine()).length;
  }

  // --- sending ------------------------------------------------------------------------------------------------------

  async function send() {
    for (const record of await mine()) {
      const photo = await vault.get("photos", record.id.split("/")[2]);
      if (!(await sendOne(photo))) continue;
      await vault.remove("photos", photo.id);
      cards.get(photo.id)?.querySelector("button").remove();
      say(photo, word("photo-sent"));
    }
    await recount();
  }

  // True once the server has all of it; false where it will not have it.
  async function sendOne(photo, tries = AGAIN) {
    const bytes = await vault.file("photos", photo.id);
    let answer = await onsite.ask(form.dataset.photos, { method: "POST", body: new URLSearchParams(photo) });
    while (answer.ok) {
      const { offset, attachment } = await answer.json();
      if (attachment) return true;
      say(photo, word("photo-goes", { share: Math.floor((100 * offset) / photo.size) }));
      const end = Math.min(offset + PIECE, photo.size);
      answer = await onsite.ask(`${form.dataset.photos}${photo.id}/`, {
        method: "PUT",
        body: bytes.slice(offset, end),
        headers: { "Content-Range": `bytes ${offset}-${end - 1}/${photo.size}` },
      });
    }
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (tries && (said.code === "wrong_offset" || said.code === "upload_hash")) return sendOne(photo, tries - 1);
    say(photo, said.message || word("photo-refused"));
    return false;
  }

  async function begin() {
    for (const record of await mine()) {
      const photo = await vault.get("photos", record.id.split("/")[2]);
      if (photo) draw(photo, await vault.file("photos", photo.id));
    }
    await recount();
    form.dataset.photosReady = "1";
    form.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
  }

  onsite.photos = { begin, send };
})();
