// Two minutes before a session ends for want of a click, the page says so; one press goes on.
const BEFORE = 120_000;
const box = document.querySelector("[data-session]");
const length = Number(box?.dataset.session) * 1000;
let timer;

function wait() {
  clearTimeout(timer);
  box.hidden = true;
  timer = setTimeout(() => {
    box.hidden = false;
  }, Math.max(length - BEFORE, length / 2));
}

if (box && length) {
  wait();
  // whatever asks the server keeps the session alive
  document.addEventListener("htmx:afterRequest", wait);
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/help/", { method: "HEAD", credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) wait();
  });
}
