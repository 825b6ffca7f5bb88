// Opens a kept inspection without network, and guards the sign-out. Everything about a case lies encrypted in the vault;
// in the clear are only the files of the house.
"use strict";

const house = {{ house|safe }};
importScripts(house.vault);

const TASK = /^\/tasks\/(\d+)\/$/;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(renew));
});

async function fill() {
  const shelf = await caches.open(house.shelf);
  await shelf.addAll([...house.files, house.offline]);
}

// A kept page names the files it was made with: those of an older version go only once every page is of the new one. Where
// nobody was signed in when the new version came, that is after the next page that somebody opens.
async function renew() {
  const older = (await caches.keys()).filter((name) => name !== house.shelf);
  if (!older.length) return;
  for (const page of await vault.list("pages")) {
    const address = `/tasks/${page.task}/`;
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok) return;
    await vault.keepPage(page.task, answer);
  }
  await Promise.all(older.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(visit(event, url));
  else if (request.method === "POST" && url.pathname === house.logout) event.respondWith(leave(request));
  else if (request.method === "GET" && house.files.includes(url.pathname)) event.respondWith(file(request));
  else if (request.method === "GET" && url.pathname.startsWith(house.static)) event.respondWith(older(request));
});

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

// Files of an older version, which a page kept under it still needs.
async function older(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

async function visit(event, url) {
  try {
    const answer = await fetch(event.request);
    const whose = answer.headers.get("X-Account");
    if (whose) event.waitUntil(vault.belongsTo(whose).then(() => (TASK.test(url.pathname) ? null : tidy())).then(renew));
    return answer;
  } catch (error) {
    return (await kept(url)) || (await caches.match(house.offline)) || Response.error();
  }
}

async function kept(url) {
  const task = TASK.exec(url.pathname);
  const page = task && (await vault.get("pages", task[1]).catch(() => null));
  if (!page) return null;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": page.policy };
  return new Response(page.html, { headers });
}

// What is done and sent is forgotten; what was never sent stays.
async function tidy() {
  for (const page of await vault.list("pages")) {
    const answer = await fetch(`/tasks/${page.task}/onsite/`, { redirect: "manual" });
    if (answer.status !== 404 && answer.status !== 410) continue;
    await vault.remove("pages", page.task);
    if (!(await vault.unsent()).includes(page.task)) await vault.remove("drafts", page.task);
  }
}

async function leave(request) {
  const form = await request.clone().formData();
  const unsent = form.has("discard") ? [] : await vault.unsent().catch(() => []);
  if (unsent.length) return Response.redirect(`${house.offline}#leaving`, 303);
  await vault.wipe().catch(() => null);
  return fetch(request);
}
