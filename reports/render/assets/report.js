"use strict";
// Sorts and filters the tables that are whole without it. Nothing is fetched, nothing is stored.
for (const table of document.querySelectorAll("table[data-sort]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const status = document.getElementById(table.dataset.status);
  const value = (row, index) => row.cells[index].dataset.value ?? row.cells[index].textContent.trim();
  const sortBy = (index, ascending) => {
    const sign = ascending ? 1 : -1;
    rows.sort((a, b) => {
      const x = value(a, index), y = value(b, index);
      const numbers = x !== "" && y !== "" && !isNaN(x) && !isNaN(y);
      return sign * (numbers ? x - y : x.localeCompare(y, "en", { numeric: true }));
    });
    body.append(...rows);
    [...table.tHead.rows[0].cells].forEach((cell, at) => {
      if (at === index) cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
  };
  [...table.tHead.rows[0].cells].forEach((cell, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => sortBy(index, cell.getAttribute("aria-sort") !== "ascending"));
  });
  const form = document.getElementById(table.dataset.filter);
  if (!form) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  const apply = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select[data-column]")].filter((select) => select.value !== "");
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(words.every((word) => text.includes(word)) &&
        chosen.every((select) => value(row, Number(select.dataset.column)) === select.value));
      if (!row.hidden) shown += 1;
    }
    status.textContent = shown === rows.length ? `All ${shown} shown.` : `${shown} of ${rows.length} shown.`;
  };
  const sorter = form.elements.order;
  sorter?.addEventListener("change", () => { if (sorter.value !== "") sortBy(Number(sorter.value), true); });
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
}
