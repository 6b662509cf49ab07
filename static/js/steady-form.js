/* A form whose words stay in the page until the server says that they are stored: a lost connection, a server in
   trouble or a session that ended leaves every field as it is. Nothing is written to the laptop's disk. */

const current = () => document.querySelector("form[data-steady]");
let dirty = false;
// the session ended: the form's token is of no use any more
let stale = false;
// sent a second time with a new token
let again = false;

function tell(when, text) {
  const box = current().querySelector(".not-sent");
  for (const each of box.children) each.hidden = each.dataset.when !== when;
  if (text) box.querySelector("[data-when=refused]").textContent = text;
  box.hidden = false;
  box.focus();
}

/* After a new sign-in the old token is worth nothing: take a new one, and only as the same person. */
async function renew(form) {
  const answer = await fetch(form.action, { credentials: "same-origin" }).catch(() => null);
  if (!answer || answer.status >= 500) return "away";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form[data-steady]");
  if (!fresh) return page.querySelector("input[type=password]") ? "signed-out" : "other-person";
  if (fresh.dataset.staff !== form.dataset.staff) return "other-person";
  const token = fresh.elements.csrfmiddlewaretoken.value;
  form.elements.csrfmiddlewaretoken.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  stale = false;
  return "";
}

/* Signed in again meanwhile: the same visit goes out once more with the new token. */
async function resend(form) {
  const trouble = await renew(form);
  if (trouble) return tell(trouble);
  again = true;
  form.requestSubmit();
}

document.addEventListener("input", (event) => {
  if (current()?.contains(event.target)) dirty = true;
});
window.addEventListener("beforeunload", (event) => {
  if (dirty && current()) event.preventDefault();
});

const ours = (event) => event.detail.elt === current();
document.addEventListener("htmx:confirm", (event) => {
  if (!ours(event) || !stale) return;
  event.preventDefault();
  renew(current()).then((trouble) => (trouble ? tell(trouble) : event.detail.issueRequest()));
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!ours(event)) return;
  const { status, responseText } = event.detail.xhr;
  const first = !again;
  again = false;
  if (status < 400) {
    dirty = false;
    return;
  }
  if (status === 422) return;
  // the form stays; its page says what went wrong
  event.preventDefault();
  if (status === 401) {
    stale = true;
    return tell("signed-out");
  }
  if (status >= 500) return tell("away");
  if (status === 403 && first) return void resend(current());
  const stop = new DOMParser().parseFromString(responseText, "text/html").querySelector(".stop");
  const said = [...(stop?.querySelectorAll("h1, p:not(.actions, .stop__code)") ?? [])];
  tell("refused", said.map((part) => part.textContent).join(" "));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => ours(event) && tell("away"));
}
/* The form came back with what is wrong: that is where one goes on. */
const begin = () => current()?.querySelector("[aria-invalid=true]")?.focus();
document.addEventListener("htmx:afterSettle", (event) => event.detail.target?.id === "main" && begin());
begin();
