// A draft saves itself, keeps what could not be saved in this tab, and checks fields as one leaves them.
// Without this file the page works by its buttons.
(() => {
  "use strict";
  // What a draft kept in this tab goes once its order is seen.
  const spent = document.querySelector("[data-spent]")?.dataset.spent;
  if (spent) try { sessionStorage.removeItem(`rascunho:${spent}`); } catch { /* nothing was kept, then */ }

  // A form that only sends a file: chosen or dropped, it is sent at once. It may come and go with a live part.
  const dropArea = (event) => event.target.closest?.("[data-upload] [data-drop]");
  document.addEventListener("change", (event) => {
    const input = event.target.closest("[data-upload] input[type=file][data-send]");
    if (input?.files.length) input.form.requestSubmit(document.querySelector(input.dataset.send));
  });
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => {
    if (!dropArea(event)) return;
    event.preventDefault();
    dropArea(event).classList.add("drop-over");
  });
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => dropArea(event)?.classList.remove("drop-over"));
  document.addEventListener("drop", (event) => {
    if (!dropArea(event)) return;
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const input = document.querySelector(dropArea(event).dataset.drop);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const form = document.getElementById("rascunho");
  const saver = document.getElementById("gravador");
  const told = document.getElementById("salvo");
  if (!form || !saver || !told) return;

  const key = `rascunho:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((field) => field.name && !["file", "submit", "button"].includes(field.type) && !["csrfmiddlewaretoken", "action"].includes(field.name));
  const values = () => Object.fromEntries(fields().filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]));
  const store = {
    read: () => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    write: (typed) => { try { sessionStorage.setItem(key, JSON.stringify(typed)); } catch { /* a full or forbidden storage only loses the second net */ } },
    clear: () => { try { sessionStorage.removeItem(key); } catch { /* as above */ } },
  };

  // Saving
  let timer = 0;
  let changes = 0;
  const save = () => window.htmx?.trigger(saver, "guardar");
  const soon = (delay) => {
    changes += 1;
    store.write(values());
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  form.addEventListener("input", (event) => { if (event.target.type !== "file") soon(1500); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file") soon(400); });
  const failed = () => {
    told.classList.add("saved-failed");
    told.textContent = "Ainda não foi salvo: o que você digitou está guardado nesta janela.";
    clearTimeout(timer);
    timer = setTimeout(save, 10000);
  };
  let sent = 0;
  saver.addEventListener("htmx:beforeRequest", () => { sent = changes; });
  saver.addEventListener("htmx:afterRequest", (event) => {
    const landed = event.detail.xhr?.responseURL ?? "";
    const signIn = landed && new URL(landed).pathname === document.body.dataset.signIn;
    if (event.detail.xhr?.status === 404) {
      told.classList.add("saved-failed");
      told.textContent = "Este rascunho foi descartado em outra janela e não é mais salvo.";
      return store.clear();
    }
    if (!event.detail.successful || signIn) return failed();
    told.classList.remove("saved-failed");
    if (sent === changes) store.clear();
  });
  // What was typed when the session ended, or the connection broke, comes back and is saved.
  const kept = store.read();
  if (kept) {
    let changed = false;
    for (const field of fields()) {
      if (!(field.name in kept)) continue;
      if (field.type === "radio") {
        if (field.checked !== (field.value === kept[field.name])) { field.checked = field.value === kept[field.name]; changed = true; }
      } else if (field.value !== kept[field.name]) { field.value = kept[field.name]; changed = true; }
    }
    if (changed) soon(0); else store.clear();
  }
  form.addEventListener("submit", () => clearTimeout(timer));

  // Enter goes on typing; an order is sent by its button.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.type === "file") return;
    event.preventDefault();
    const reachable = [...form.querySelectorAll("input:not([type=hidden]), select")].filter((field) => field.offsetParent !== null);
    reachable[reachable.indexOf(event.target) + 1]?.focus();
  });

  // Checking a field when one leaves it
  const ask = (url, extra, target) => {
    const body = { ...values(), ...extra };
    return window.htmx?.ajax("POST", url, { source: target, target, swap: "innerHTML", values: body });
  };
  form.addEventListener("change", (event) => {
    const control = event.target;
    const name = control.dataset.check;
    const place = document.getElementById(`id_${name}_error`);
    if (name && place) ask(saver.dataset.checkUrl, { field: name }, place);
    const who = /^(seller|buyer)_document$/.exec(control.name)?.[1];
    const offer = who && form.querySelector(`[data-known="${who}"]`);
    if (offer) ask(offer.dataset.url, { who }, offer);
    // A code follows its municipality: another name, another code.
    const code = /^(buyer|sale)_city$/.exec(control.name) && form.elements[`${control.name}_code`];
    if (code) code.value = "";
  });
  form.addEventListener("htmx:afterSwap", (event) => {
    const name = /^id_(\w+)_error$/.exec(event.target.id)?.[1];
    const control = name && document.getElementById(`id_${name}`);
    if (!control) return;
    const wrong = event.target.textContent.trim() !== "";
    control.classList.toggle("is-invalid", wrong);
    if (wrong) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
  });

  // Only the chosen origin's numbers are shown
  const origins = () => {
    const chosen = form.querySelector('[name="origin"]:checked')?.value;
    for (const group of form.querySelectorAll("[data-origin]")) group.hidden = group.dataset.origin !== chosen;
  };
  if (form.querySelector('[name="origin"]')) {
    form.addEventListener("change", origins);
    origins();
  }

  // Files: chosen or dropped, they are sent at once
  for (const input of form.querySelectorAll("input[type=file][data-send]")) {
    input.addEventListener("change", () => { if (input.files.length) form.requestSubmit(document.querySelector(input.dataset.send)); });
  }
  for (const area of form.querySelectorAll("[data-drop]")) {
    const input = document.querySelector(area.dataset.drop);
    for (const name of ["dragenter", "dragover"]) area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("drop-over"); });
    for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("drop-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
})();
