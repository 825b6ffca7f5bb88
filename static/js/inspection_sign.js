// Signatures drawn on the glass. What is sent is the strokes, when they were drawn, and the hash of what was signed: a form
// changed afterwards must be signed anew. Without this file names are typed.
(() => {
  "use strict";

  const { onsite } = window;
  if (!onsite) return;
  const { form, word } = onsite;
  const [WIDTH, HEIGHT] = [900, 300];
  const BLANKS = /[ \t\r\n\u3000]+/g;
  const SIGNED = /^(visited_on|cooperated|risk_level|refusal_reason|refusal_witness|suspected_violation|note|item_.+|evidence_.+)$/;
  const pads = [...form.querySelectorAll("[data-pad]")].map(pad);

  // As the server reckons it (cases/rules/onsite_signature.py): filled fields by name, without blanks.
  async function content() {
    const given = onsite.values();
    const lines = Object.keys(given)
      .filter((name) => SIGNED.test(name) && !(name.startsWith("evidence_") && !given[`item_${name.slice(9)}`]))
      .map((name) => [name, given[name].replace(BLANKS, "")])
      .filter(([, value]) => value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`);
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function pad(root) {
    const canvas = root.querySelector("canvas");
    const field = form.elements[root.dataset.pad];
    const said = root.querySelector("[data-said]");
    const brush = canvas.getContext("2d");
    let strokes = [];
    let stroke = null;
    let begun = 0;

    function read() {
      try {
        strokes = field.value ? JSON.parse(field.value).strokes : [];
      } catch {
        strokes = [];
      }
      paint();
    }

    function paint() {
      brush.clearRect(0, 0, WIDTH, HEIGHT);
      Object.assign(brush, { lineWidth: 6, lineCap: "round", lineJoin: "round", strokeStyle: "#15202e" });
      for (const points of strokes) {
        brush.beginPath();
        points.forEach(([x, y], at) => (at ? brush.lineTo(x, y) : brush.moveTo(x, y)));
        brush.stroke();
      }
    }

    function point(event) {
      const box = canvas.getBoundingClientRect();
      const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
      const x = within(((event.clientX - box.left) * WIDTH) / box.width, WIDTH);
      const y = within(((event.clientY - box.top) * HEIGHT) / box.height, HEIGHT);
      return [x, y, Math.max(0, Math.round(performance.now() - begun))];
    }

    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (!strokes.length) begun = performance.now();
      stroke = [point(event)];
      strokes.push(stroke);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      stroke.push(point(event));
      paint();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, async () => {
        if (!stroke) return;
        stroke = null;
        said.textContent = "";
        field.value = JSON.stringify({ strokes, at: new Date().toISOString(), content: await content() });
        onsite.changed();
      });
    }

    function clear(reason = "") {
      strokes = [];
      field.value = "";
      said.textContent = reason;
      paint();
      onsite.changed();
    }

    root.querySelector("[data-clear]").addEventListener("click", () => clear());

    // The form says something else by now than what was signed.
    async function verify() {
      if (!field.value || stroke) return;
      if (JSON.parse(field.value).content !== (await content())) clear(word("sign-again"));
    }

    return { root, read, verify };
  }

  form.addEventListener("onsite:ready", () =>
    pads.forEach((each) => {
      each.root.hidden = false;
      each.read();
    }),
  );
  form.addEventListener("onsite:filled", () => pads.forEach((each) => each.read()));
  form.addEventListener("change", () => pads.forEach((each) => each.verify()));
})();
