// Everything works without this file. It copies citations, and carries the reader from hit to hit with n and p.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const told = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(source.textContent);
    told.textContent = "Copied.";
  } catch {
    // no clipboard (plain http on another host than this machine): select it, so that one key copies it
    window.getSelection().selectAllChildren(source);
    told.textContent = "Selected: press Ctrl+C or ⌘C to copy.";
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const step = { n: 1, p: -1 }[event.key];
  const hits = [...document.querySelectorAll(".turn.hit")];
  if (!step || hits.length === 0) return;
  const at = hits.findIndex((turn) => `#${turn.id}` === window.location.hash);
  const next = hits[at < 0 ? 0 : (at + step + hits.length) % hits.length];
  window.location.hash = next.id;
});
