// Arrow keys walk through what was found, Enter opens it; the field keeps the focus.
const box = document.getElementById("id_q");
const found = document.getElementById("found");
let at = -1;

const choices = () => [...found.querySelectorAll("[data-choice]")];

const mark = (number) => {
  const links = choices();
  at = links.length ? (number + links.length) % links.length : -1;
  links.forEach((link, place) => link.closest("li").classList.toggle("is-chosen", place === at));
  if (at >= 0) links[at].scrollIntoView({ block: "nearest" });
};

if (box && found) {
  box.addEventListener("keydown", (event) => {
    // Enter ends a pinyin input first
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
    } else if (event.key === "Enter" && at >= 0 && choices()[at]) {
      event.preventDefault();
      choices()[at].click();
    }
  });
  // not afterSwap: settling puts back the attributes of rows that were there before
  found.addEventListener("htmx:afterSettle", () => {
    mark(0);
    document.getElementById("found-status").textContent = found.querySelector("[data-told]")?.dataset.told ?? "";
  });
  box.focus();
}
