/* Dialogs. [data-dialog=id] opens a <dialog>, [data-close] closes it; [data-confirm] and hx-confirm ask first.
   The question says what will happen, the yes button repeats the verb of the button that was pressed. */
(function () {
  'use strict';
  const ask = document.getElementById('lb-ask');

  document.addEventListener('click', function (event) {
    const opener = event.target.closest('[data-dialog]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog) dialog.showModal();
      return;
    }
    const closer = event.target.closest('[data-close]');
    if (closer) { const open = closer.closest('dialog'); if (open) open.close(); }
  });

  function question(words, verb, yes) {
    ask.querySelector('[data-ask-text]').textContent = words;
    ask.querySelector('[data-ask-yes]').textContent = verb || '继续';
    ask.returnValue = '';
    ask.addEventListener('close', () => { if (ask.returnValue === 'yes') yes(); }, { once: true });
    ask.showModal();
  }

  let agreed = null;
  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-confirm]');
    if (!button || !ask || agreed === button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    question(button.dataset.confirm, button.textContent.trim(), function () {
      agreed = button;
      button.click();
      agreed = null;
    });
  }, true);

  document.addEventListener('htmx:confirm', function (event) {
    if (!event.detail.question || !ask) return;
    event.preventDefault();
    question(event.detail.question, event.detail.elt.textContent.trim(), () => event.detail.issueRequest(true));
  });
})();
