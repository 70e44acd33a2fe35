/* The office list: / searches, J and K walk, X ticks, Enter opens; ticked rows bring the batch bar out.
   Keys rest while typing and where the official has switched them off (data-keys="off" on <body>). */
(function () {
  'use strict';
  const table = document.querySelector('[data-worklist]');
  const rows = () => Array.from(table.querySelectorAll('tbody tr'));
  const ticks = () => Array.from(table.querySelectorAll('tbody input[type="checkbox"]'));
  const bar = document.querySelector('[data-batch]');
  const head = table && table.querySelector('[data-select-all]');
  let at = -1;

  function count() {
    const on = ticks().filter((t) => t.checked);
    ticks().forEach((t) => t.closest('tr').classList.toggle('is-on', t.checked));
    if (head) { head.checked = on.length > 0 && on.length === ticks().length; head.indeterminate = on.length > 0 && !head.checked; }
    if (bar) { bar.hidden = on.length === 0; bar.querySelector('[data-batch-count]').textContent = on.length; }
  }
  function walk(step) {
    const list = rows();
    if (!list.length) return;
    at = Math.min(list.length - 1, Math.max(0, at + step));
    list.forEach((r, i) => r.classList.toggle('is-at', i === at));
    const link = list[at].querySelector('a[href]');
    if (link) link.focus();
    list[at].scrollIntoView({ block: 'nearest' });
  }

  if (table) {
    table.addEventListener('change', function (event) {
      if (event.target === head) ticks().forEach((t) => { t.checked = head.checked; });
      count();
    });
    table.addEventListener('focusin', (event) => { at = rows().indexOf(event.target.closest('tbody tr')); });
    const clear = bar && bar.querySelector('[data-batch-clear]');
    if (clear) clear.addEventListener('click', function () { ticks().forEach((t) => { t.checked = false; }); count(); });
    count();
  }

  document.addEventListener('keydown', function (event) {
    if (document.body.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== 'checkbox') return;
    if (event.target.isContentEditable || document.querySelector('dialog[open]')) return;
    const key = event.key.toLowerCase();
    const search = document.querySelector('[data-search]');
    if (key === '/' && search) { event.preventDefault(); search.focus(); search.select(); return; }
    if (!table) return;
    if (key === 'j') { event.preventDefault(); walk(1); }
    if (key === 'k') { event.preventDefault(); walk(at < 0 ? 1 : -1); }
    if (key === 'x' && at >= 0) {
      const tick = rows()[at].querySelector('input[type="checkbox"]');
      if (tick) { event.preventDefault(); tick.checked = !tick.checked; count(); }
    }
    if (key === 'enter' && at >= 0 && event.target.tagName !== 'A' && event.target.tagName !== 'BUTTON') {
      const link = rows()[at].querySelector('a[href]');
      if (link) link.click();
    }
  });
})();
