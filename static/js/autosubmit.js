// A choice made is a choice sent; the button stays for whoever has no scripts.
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.querySelector(".actions > .button:not(a)")?.setAttribute("hidden", "");
}
