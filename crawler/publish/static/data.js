// Datasette's own table and SQL pages: what their inline scripts do, as a file, so that no inline script is allowed.
const facet = document.querySelector('meta[name="datasette-allow-facet"]');
window.DATASETTE_ALLOW_FACET = facet !== null && facet.content === "true";

document.addEventListener("DOMContentLoaded", () => {
  const format = document.querySelector("button#sql-format");
  const shown = document.querySelector("pre#sql-query");
  const input = document.querySelector("textarea#sql-editor");
  if (input && window.CodeMirror) {
    if (format) format.hidden = false;
    input.setAttribute("aria-label", "SQL");
    const editor = CodeMirror.fromTextArea(input, {
      lineNumbers: true,
      mode: "text/x-sql",
      lineWrapping: true,
      extraKeys: { "Shift-Enter": () => input.form.submit(), Tab: false, "Shift-Tab": false },
    });
    editor.getInputField().setAttribute("aria-label", "SQL");
    if (format) format.addEventListener("click", () => editor.setValue(sqlFormatter.format(editor.getValue())));
    if (window.cmResize) cmResize(editor, { resizableWidth: false });
  }
  if (format && shown && window.sqlFormatter) {
    const formatted = sqlFormatter.format(shown.textContent);
    if (formatted !== shown.textContent) {
      format.hidden = false;
      format.addEventListener("click", () => { shown.textContent = formatted; });
    }
  }
  for (const table of document.querySelectorAll(".table-wrapper")) {
    table.tabIndex = 0;
    table.setAttribute("role", "region");
    table.setAttribute("aria-label", "Rows");
  }
});
