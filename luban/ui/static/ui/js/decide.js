/* The decision panel: the chosen option is marked, its own fields come out, a phrase is put into the opinion. */
(function () {
  'use strict';
  function chosen(form) {
    const radio = form.querySelector('.lb-opt input:checked');
    form.querySelectorAll('.lb-opt').forEach((o) => o.classList.toggle('is-on', Boolean(radio) && o.contains(radio)));
    form.querySelectorAll('[data-shown-for]').forEach(function (part) {
      const on = Boolean(radio) && part.dataset.shownFor === radio.value;
      part.hidden = !on;
      part.querySelectorAll('input, select, textarea').forEach((field) => { field.disabled = !on; });
    });
  }
  document.querySelectorAll('[data-decide]').forEach(chosen);
  document.addEventListener('change', function (event) {
    const form = event.target.closest('[data-decide]');
    if (form) chosen(form);
  });
  document.addEventListener('htmx:load', function (event) {
    const inside = event.detail.elt.querySelectorAll ? event.detail.elt.querySelectorAll('[data-decide]') : [];
    inside.forEach(chosen);
  });
  document.addEventListener('click', function (event) {
    const chip = event.target.closest('[data-phrase]');
    if (!chip) return;
    const field = document.getElementById(chip.dataset.phrase);
    const from = field.selectionStart === undefined ? field.value.length : field.selectionStart;
    field.setRangeText(chip.textContent.trim(), from, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
})();
