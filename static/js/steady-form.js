/* Forms whose words stay in the page until the server says that they are stored: a lost connection, a server in
   trouble or a session that ended leaves every field as it is. Nothing is written to the laptop's disk. */

const STEADY = "form[data-steady]";
/* What is known of each form: `dirty`, something was typed; `stale`, the session ended and its token is of no use any
   more; `again`, it was sent a second time with a new token. */
const known = new WeakMap();

function of(form) {
  if (!known.has(form)) known.set(form, {});
  return known.get(form);
}

function tell(form, when, text) {
  const box = form.querySelector(".not-sent");
  for (const each of box.children) each.hidden = each.dataset.when !== when;
  if (text) box.querySelector("[data-when=refused]").textContent = text;
  box.hidden = false;
  box.focus();
}

/* This page as it is now; an address that only takes forms shows none, the home always does. */
async function look() {
  const here = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!here || here.ok || here.status >= 500) return here;
  return fetch("/", { credentials: "same-origin" }).catch(() => null);
}

/* After a new sign-in the old token is worth nothing: take a new one, and only as the same person. */
async function renew(form) {
  const answer = await look();
  if (!answer || answer.status >= 500) return "away";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const staff = page.body.dataset.staff;
  if (!staff) return page.querySelector("input[type=password]") ? "signed-out" : "other-person";
  if (staff !== form.dataset.staff) return "other-person";
  const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  of(form).stale = false;
  return "";
}

/* Signed in again meanwhile: the same words go out once more with the new token. */
async function resend(form) {
  const trouble = await renew(form);
  if (trouble) return tell(form, trouble);
  of(form).again = true;
  form.requestSubmit();
}

document.addEventListener("input", (event) => {
  const form = event.target.closest(STEADY);
  if (form) of(form).dirty = true;
});
document.addEventListener("reset", (event) => {
  if (event.target.matches?.(STEADY)) of(event.target).dirty = false;
});
window.addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll(STEADY)].some((form) => of(form).dirty)) event.preventDefault();
});

/* The steady form that a request is about, if it is about one. */
const sent = (event) => (event.detail.elt.matches?.(STEADY) ? event.detail.elt : null);

document.addEventListener("htmx:confirm", (event) => {
  const form = sent(event);
  if (!form || !of(form).stale) return;
  event.preventDefault();
  renew(form).then((trouble) => (trouble ? tell(form, trouble) : event.detail.issueRequest()));
});

/* Stored: the way leads on. Back to this very page it is shown anew, else nobody sees what was added. */
function stored(form, event) {
  of(form).dirty = false;
  const to = event.detail.xhr.getResponseHeader("HX-Redirect");
  const next = to && new URL(to, location.href);
  if (!next || next.pathname + next.search !== location.pathname + location.search) return;
  event.preventDefault();
  location.href = next;
  location.reload();
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = sent(event);
  if (!form) return;
  const { status, responseText } = event.detail.xhr;
  const first = !of(form).again;
  of(form).again = false;
  if (status < 400) return stored(form, event);
  if (status === 422) return;
  // the form stays; its page says what went wrong
  event.preventDefault();
  if (status === 401) {
    of(form).stale = true;
    return tell(form, "signed-out");
  }
  if (status >= 500) return tell(form, "away");
  if (status === 403 && first) return void resend(form);
  const stop = new DOMParser().parseFromString(responseText, "text/html").querySelector(".stop");
  const said = [...(stop?.querySelectorAll("h1, p:not(.actions, .stop__code)") ?? [])];
  tell(form, "refused", said.map((part) => part.textContent).join(" "));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => sent(event) && tell(sent(event), "away"));
}
/* The form came back with what is wrong: that is where one goes on. */
const begin = () => document.querySelector(`${STEADY} [aria-invalid=true]`)?.focus();
document.addEventListener("htmx:afterSettle", (event) => event.detail.target?.id === "main" && begin());
begin();
