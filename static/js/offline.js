// What this device keeps of inspections, read from its own shelf: to go on without network, to look at what came too late,
// and to be asked before a sign-out takes away what was never sent.
(() => {
  "use strict";

  const root = document.querySelector("[data-shelf]");
  if (!root || !self.vault) return;
  const only = root.dataset.task || "";
  const part = (name) => root.querySelector(`[data-${name}]`);
  const token = () => (/(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "");

  async function begin() {
    if (!(await vault.holder().catch(() => null))) return;
    const unsent = await vault.unsent();
    if (only) return unsent.includes(only) ? late() : undefined;
    const tasks = new Set([...(await vault.list("pages")).map((page) => page.task), ...unsent]);
    for (const task of tasks) await row(task, unsent.includes(task));
    part("list").hidden = part("some").hidden = !tasks.size;
    part("none").hidden = Boolean(tasks.size);
    if (location.hash !== "#leaving" || !unsent.length) return;
    part("leaving").hidden = false;
    part("leaving").querySelector("[name=csrfmiddlewaretoken]").value = token();
  }

  async function row(task, isUnsent) {
    const draft = await vault.get("drafts", task).catch(() => null);
    const line = part("row").content.firstElementChild.cloneNode(true);
    const link = line.querySelector("a");
    link.href = `/tasks/${task}/`;
    link.textContent = draft?.title || `#${task}`;
    line.querySelector("[data-unsent]").hidden = !isUnsent;
    part("list").append(line);
  }

  // The step is over, and this device still holds what was typed for it.
  async function late() {
    const draft = await vault.get("drafts", only).catch(() => null);
    for (const [label, value] of draft?.told || []) {
      const line = document.createElement("div");
      line.append(Object.assign(document.createElement("dt"), { textContent: label }));
      line.append(Object.assign(document.createElement("dd"), { textContent: value, className: "kept" }));
      part("list").append(line);
    }
    for (const record of (await vault.list("photos")).filter((each) => each.task === only)) {
      const key = record.id.split("/")[2];
      const photo = await vault.get("photos", key);
      const blob = new Blob([await vault.file("photos", key)], { type: photo.type });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: photo.name });
      link.textContent = photo.name;
      part("photos").append(link, " ");
    }
    root.hidden = false;
    part("forget").addEventListener("click", async () => {
      for (const record of await vault.list("photos")) {
        if (record.task === only) await vault.remove("photos", record.id.split("/")[2]);
      }
      await vault.remove("drafts", only);
      root.hidden = true;
    });
  }

  begin();
})();
