/* Pointing at what has to be corrected: a button beside each answer, paper and finding puts a line into the builder. */
(function () {
  'use strict';
  const builder = document.getElementById('of-marks');
  if (!builder) return;
  const WHOLE = '整份申请';
  const path = builder.dataset.rows;
  const radio = document.querySelector('[data-decide] [data-marks]');
  const cell = (row, name) => row.querySelector('[name$=".' + name + '"]');

  function knows(spot) {
    const select = builder.querySelector('select') || document.querySelector('template[data-row-template="' + path + '"]').content.querySelector('select');
    return Array.from(select.options).some((o) => o.value === spot);
  }
  function nearest(spot) {
    let at = spot;
    while (at && !knows(at)) {
      const shorter = at.replace(/(\.[^.[\]]+|\[\d+\])$/, '');
      at = shorter === at ? '' : shorter;
    }
    return at || WHOLE;
  }
  function free() {
    const rows = Array.from(builder.querySelectorAll('tr[data-row]'));
    const empty = rows.find((row) => !cell(row, 'path').value && !cell(row, 'problem').value.trim());
    if (empty) return empty;
    document.querySelector('[data-add-row="' + path + '"]').click();
    return builder.querySelector('tr[data-row]:last-of-type');
  }
  function mark(spot, problem, basis) {
    if (radio) { radio.checked = true; radio.dispatchEvent(new Event('change', { bubbles: true })); }
    const row = free();
    cell(row, 'path').value = nearest(spot);
    if (problem) cell(row, 'problem').value = problem.slice(0, 500);
    if (basis) cell(row, 'basis').value = basis.slice(0, 200);
    cell(row, 'problem').focus();
  }

  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-mark]');
    if (!button) return;
    button.setAttribute('aria-pressed', 'true');
    mark(button.dataset.mark, button.dataset.problem, button.dataset.basis);
  });

  document.querySelectorAll('#of-form .lb-read > [id^="r-"]').forEach(function (line) {
    const label = line.querySelector('dt');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'of-flag';
    button.dataset.mark = line.id.slice(2);
    button.textContent = '要求补正';
    button.setAttribute('aria-label', '要求补正：' + label.textContent.trim());
    label.append(' ', button);
  });
})();
