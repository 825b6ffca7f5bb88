// The inspection form on the phone: counts answers, marks failing items, shows chosen photos. The form works without.
(() => {
  "use strict";

  const form = document.querySelector("[data-inspection]");
  if (!form) return;
  const questions = [...form.querySelectorAll("[data-question]")];
  const bar = form.querySelector("[data-progress]");
  const number = form.querySelector("[data-answered]");

  function answerOf(question) {
    return question.querySelector("input[type=radio]:checked")?.value || "";
  }

  function count() {
    const answered = questions.filter(answerOf).length;
    bar.value = answered;
    number.textContent = String(answered);
  }

  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (!question) return;
    if (event.target.type === "file") showPhotos(event.target);
    if (event.target.type !== "radio") return;
    question.classList.toggle("question-bad", answerOf(question) === "fail");
    if (answerOf(question) !== "pass") question.querySelector("details")?.setAttribute("open", "");
    count();
  });

  function showPhotos(input) {
    input.nextElementSibling?.matches("[data-chosen]") && input.nextElementSibling.remove();
    const pictures = [...input.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    const row = document.createElement("div");
    row.className = "photos";
    row.dataset.chosen = "";
    for (const file of pictures) {
      const image = new Image();
      image.alt = file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(file);
      const frame = document.createElement("figure");
      frame.className = "photo";
      frame.append(image);
      row.append(frame);
    }
    input.after(row);
  }

  count();
})();
