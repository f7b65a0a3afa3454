// Copies the pinned assets that the pages use out of node_modules: `npm ci --ignore-scripts && npm run vendor`.
// The copies are committed, so that neither the demo, nor CI, nor a server needs npm.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const from = (...path) => join(root, "node_modules", ...path);

const ICONS = [
  "alert-circle", "alert-triangle", "arrow-left", "arrow-right", "at", "ban", "bell", "bolt", "building",
  "building-bank", "building-store", "calendar", "calendar-event", "car", "cash", "chart-bar", "check", "chevron-down",
  "chevron-left", "chevron-right", "chevron-up", "circle", "circle-check", "circle-dashed", "circle-dot", "circle-x",
  "clipboard-check", "clipboard-list", "clock", "clock-hour-4", "clock-pause", "cloud-upload", "copy", "device-desktop", "device-mobile",
  "dots-vertical", "download", "edit", "external-link", "eye", "eye-off", "file-certificate", "file-check",
  "file-code", "file-import", "file-text", "file-type-pdf", "file-x", "filter", "flag", "help-circle", "history", "home", "hourglass",
  "id", "inbox", "info-circle", "key", "lifebuoy", "license", "link", "list", "list-check", "loader-2", "lock", "logout",
  "mail", "mail-check", "map-pin", "menu-2", "message-2", "motorbike", "paperclip", "pencil", "phone", "plus",
  "printer", "qrcode", "receipt", "refresh", "rotate", "search", "send", "settings", "shield-check", "shield-lock",
  "shield-off", "signature", "speakerphone", "steering-wheel", "switch-horizontal", "tag", "tool", "trash", "truck", "upload", "user", "user-check",
  "user-circle", "users", "world", "writing-sign", "x",
];

const FILES = [
  [["@tabler", "core", "dist", "css", "tabler.min.css"], "static/vendor/tabler.min.css"],
  [["@tabler", "core", "dist", "js", "tabler.min.js"], "static/vendor/tabler.min.js"],
  [["htmx.org", "dist", "htmx.min.js"], "static/vendor/htmx.min.js"],
  [["htmx.org", "LICENSE"], "static/vendor/LICENSE.htmx"],
  [["@tabler", "icons", "LICENSE"], "static/vendor/LICENSE.tabler-icons"],
  [["axe-core", "axe.min.js"], "tests/vendor/axe.min.js"],
  [["axe-core", "LICENSE"], "tests/vendor/LICENSE.axe"],
];

const symbol = (name) => {
  const svg = readFileSync(from("@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
  const paths = [...svg.matchAll(/<path d=[^>]*\/>/g)].map((match) => match[0]).join("");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</symbol>`;
};

for (const [path, target] of FILES) {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  copyFileSync(from(...path), join(root, target));
  if (/\.(css|js)$/.test(target)) {
    // A map that is not shipped would only make browsers and static-file collectors complain.
    const text = readFileSync(join(root, target), "utf8").replace(/\n?\/[/*]# sourceMappingURL=[^\n]*/g, "\n");
    writeFileSync(join(root, target), text);
  }
}
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("\n")}\n</svg>\n`;
writeFileSync(join(root, "static", "icons.svg"), sprite);
