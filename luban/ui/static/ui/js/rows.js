/* Tables whose rows the applicant adds and removes; a removed row can be had back for ten seconds.
   <table data-rows="waste.wastes" data-min="1" data-max="30"> … <tr data-row> … (a tr.is-msg belongs to the row before)
   <template data-row-template="waste.wastes"> one <tr data-row> with __n__ for its place from 0, __row__ from 1
   <button data-add-row="waste.wastes">, inside a row <button data-remove-row>. */
(function () {
  'use strict';
  const UNDO = 10000;
  const ATTRS = ['name', 'id', 'for', 'aria-describedby', 'aria-labelledby', 'aria-label', 'list', 'data-fix', 'data-path'];
  const table = (path) => document.querySelector('table[data-rows="' + path + '"]');
  const rows = (of) => Array.from(of.querySelectorAll('tbody > tr[data-row]'));

  function renumber(of) {
    const path = of.dataset.rows + '[';
    rows(of).forEach(function (row, n) {
      const group = [row].concat(messages(row));
      const number = row.querySelector('.c-n');
      if (number) number.textContent = n + 1;
      group.forEach(function (tr) {
        [tr].concat(Array.from(tr.querySelectorAll('*'))).forEach(function (elt) {
          ATTRS.forEach(function (attr) {
            const old = elt.getAttribute(attr);
            if (!old) return;
            let fresh = old.split(path).map((part, i) => (i ? part.replace(/^\d+\]/, n + ']') : part)).join(path);
            if (attr === 'aria-label') fresh = fresh.replace(/第\s*\d+\s*行/, '第 ' + (n + 1) + ' 行');
            if (fresh !== old) elt.setAttribute(attr, fresh);
          });
        });
      });
    });
    limits(of);
  }
  function messages(row) {
    const found = [];
    for (let next = row.nextElementSibling; next && next.classList.contains('is-msg'); next = next.nextElementSibling) found.push(next);
    return found;
  }
  function limits(of) {
    const n = rows(of).length;
    const max = Number(of.dataset.max || 0), min = Number(of.dataset.min || 0);
    document.querySelectorAll('[data-add-row="' + of.dataset.rows + '"]').forEach(function (button) {
      button.disabled = max > 0 && n >= max;
      button.title = button.disabled ? '最多 ' + max + ' 行' : '';
    });
    rows(of).forEach(function (row) {
      const button = row.querySelector('[data-remove-row]');
      if (!button) return;
      button.disabled = n <= min;
      button.title = button.disabled ? '至少保留 ' + min + ' 行' : '';
    });
  }
  function changed(of) { of.dispatchEvent(new Event('change', { bubbles: true })); }

  function add(path) {
    const of = table(path);
    const template = document.querySelector('template[data-row-template="' + path + '"]');
    const n = rows(of).length;
    const holder = document.createElement('tbody');
    holder.innerHTML = template.innerHTML.replace(/__n__/g, n).replace(/__row__/g, n + 1);
    const row = holder.querySelector('tr[data-row]');
    of.tBodies[0].append(row);
    if (window.htmx) window.htmx.process(row);
    renumber(of);
    const field = row.querySelector('input:not([readonly]), select, textarea');
    if (field) field.focus();
    changed(of);
  }
  function remove(row) {
    const of = row.closest('table[data-rows]');
    const gone = [row].concat(messages(row));
    const before = gone[gone.length - 1].nextElementSibling;
    const n = rows(of).indexOf(row) + 1;
    gone.forEach((tr) => tr.remove());
    renumber(of);
    changed(of);
    const said = document.createElement('div');
    said.className = 'lb-undo';
    said.setAttribute('role', 'status');
    said.append('已删除第 ' + n + ' 行　');
    const undo = document.createElement('button');
    undo.type = 'button';
    undo.className = 'lb-link';
    undo.textContent = '撤销删除';
    said.append(undo);
    const place = of.closest('.lb-scroll') || of;
    place.after(said);
    const timer = setTimeout(() => said.remove(), UNDO);
    undo.addEventListener('click', function () {
      clearTimeout(timer);
      said.remove();
      gone.forEach((tr) => of.tBodies[0].insertBefore(tr, before && before.parentElement ? before : null));
      renumber(of);
      changed(of);
      const field = row.querySelector('input, select, textarea');
      if (field) field.focus();
    });
    undo.focus();
  }

  document.addEventListener('click', function (event) {
    const adder = event.target.closest('[data-add-row]');
    if (adder) { add(adder.dataset.addRow); return; }
    const remover = event.target.closest('[data-remove-row]');
    if (remover) remove(remover.closest('tr[data-row]'));
  });
  document.querySelectorAll('table[data-rows]').forEach(limits);
})();
