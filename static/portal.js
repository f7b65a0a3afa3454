// Small helpers by data attributes; everything works without them.
(() => {
  "use strict";

  // Says a short sentence to people who see and to people who listen.
  const say = (words) => {
    const place = document.getElementById("aviso");
    if (!place) return;
    const line = document.createElement("p");
    line.textContent = words;
    place.replaceChildren(line);
    setTimeout(() => line.remove(), 4000);
  };

  const copy = async (button) => {
    const source = button.dataset.copy ?? document.querySelector(button.dataset.copyFrom)?.textContent.trim() ?? "";
    try {
      await navigator.clipboard.writeText(source);
      say("Copiado.");
    } catch {
      // Browsers without a clipboard, and pages without https.
      const area = document.createElement("textarea");
      area.value = source;
      area.className = "visually-hidden";
      document.body.append(area);
      area.select();
      say(document.execCommand("copy") ? "Copiado." : "Não foi possível copiar; selecione o texto.");
      area.remove();
      button.focus();
    }
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-copy], [data-copy-from], [data-dialog], [data-close], [data-reveal], [data-print]");
    if (!target) return;
    if (target.matches("[data-copy], [data-copy-from]")) copy(target);
    if (target.dataset.dialog) document.querySelector(target.dataset.dialog)?.showModal();
    if (target.hasAttribute("data-close")) target.closest("dialog")?.close();
    if (target.hasAttribute("data-print")) window.print();
    if (target.dataset.reveal) {
      const field = document.querySelector(target.dataset.reveal);
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      target.setAttribute("aria-pressed", String(show));
    }
  });

  // A second click on the way must not send the form twice; the server would not mind, people do.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[hx-post], [hx-put], [hx-delete], [data-many]") || event.defaultPrevented) return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) event.preventDefault();
    form.dataset.sent = String(Date.now());
  });

  // Tabs with data-remember="name" come back where one left them.
  document.addEventListener("shown.bs.tab", (event) => {
    const list = event.target.closest("[data-remember]");
    if (list) sessionStorage.setItem(`tab:${list.dataset.remember}`, event.target.id);
  });
  const recall = () => {
    for (const list of document.querySelectorAll("[data-remember]")) {
      const tab = document.getElementById(sessionStorage.getItem(`tab:${list.dataset.remember}`) ?? "");
      if (tab && list.contains(tab)) window.tabler?.bootstrap?.Tab.getOrCreateInstance(tab).show();
    }
  };

  // The summary of what is wrong gets the focus, so that it is read first.
  const focusErrors = (root) => root.querySelector?.("[data-focus]")?.focus();

  document.addEventListener("DOMContentLoaded", () => {
    recall();
    focusErrors(document);
  });
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));
  // A live part asked after the session had ended: sign in, and come back to this very page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = event.detail.xhr.responseURL;
    if (!answered || new URL(answered).pathname !== document.body.dataset.signIn) return;
    event.detail.shouldSwap = false;
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(`${document.body.dataset.signIn}?next=${back}`);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) say("Sua sessão mudou. Atualize a página.");
    else say("O portal não conseguiu responder. Tente de novo em instantes.");
  });
  document.addEventListener("htmx:sendError", () => say("Sem conexão com o portal. Nada foi perdido; tente de novo."));
})();
