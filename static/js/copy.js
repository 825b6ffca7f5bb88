// A button that copies a field: <button data-copy="id" hidden>; without script the field itself can be copied.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        document.execCommand("copy"); // office browsers over plain http have no clipboard
      }
      const words = button.querySelector("[data-copied]");
      words.textContent = words.dataset.copied;
    });
  }
})();
