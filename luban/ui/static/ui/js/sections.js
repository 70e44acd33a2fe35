/* A form saved section by section: only what was touched is sent, what the server drew anew is put in without losing
   what was typed meanwhile, messages beside fields paint their fields.
   <section data-section="waste"> inside <form data-autosave>; names that begin with "_" always go along. */
(function () {
  'use strict';
  const form = document.querySelector('form[data-autosave]');
  if (!form) return;
  const dirty = new Set();
  const sinceSent = new Set();
  let sent = new Set();

  function sectionOf(elt) { const part = elt.closest('[data-section]'); return part ? part.dataset.section : ''; }
  function touched(event) {
    const name = sectionOf(event.target);
    if (name) dirty.add(name);
    if (event.target.id) sinceSent.add(event.target.id);
  }
  form.addEventListener('input', touched);
  form.addEventListener('change', touched);

  function saves(elt) { return elt === form || elt.hasAttribute('data-row-op') || elt.hasAttribute('data-takes-mine'); }
  document.addEventListener('htmx:configRequest', function (event) {
    const elt = event.detail.elt;
    if (!form.contains(elt) || event.detail.verb !== 'post' || !saves(elt)) return;
    const data = event.detail.formData;
    const all = elt.hasAttribute('data-takes-mine');
    Array.from(new Set(Array.from(data.keys()))).forEach(function (name) {
      const own = name.slice(name.lastIndexOf('.') + 1);
      const section = name.split('.')[0];
      if (own.startsWith('_') || name === 'csrfmiddlewaretoken') return;
      if (!dirty.has(section) && !all) data.delete(name);
    });
    sent = new Set(dirty);
    data.set('_sections', Array.from(sent).join(','));
    sinceSent.clear();
  });
  document.addEventListener('htmx:afterRequest', function (event) {
    if (!saves(event.detail.elt) || !event.detail.successful) return;
    sent.forEach((name) => dirty.delete(name));
    sinceSent.forEach(function (id) { const elt = document.getElementById(id); if (elt && sectionOf(elt)) dirty.add(sectionOf(elt)); });
  });

  /* Two people at one section: the refusal carries the panel that lets one choose. */
  document.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.xhr.getResponseHeader('X-Lb-Swap')) event.detail.shouldSwap = true;
  });
  document.addEventListener('htmx:oobBeforeSwap', function (event) {
    const fragment = event.detail.fragment;
    if (!fragment || !fragment.querySelector) return;
    document.querySelectorAll('[data-place]').forEach((group) => keepPlace(group, fragment));
    sinceSent.forEach(function (id) {
      const old = document.getElementById(id), fresh = fragment.querySelector('#' + CSS.escape(id));
      if (!old || !fresh || old === fresh) return;
      if (old.type === 'checkbox' || old.type === 'radio') fresh.checked = old.checked; else fresh.value = old.value;
    });
  });
  /* Province, city, county: the lists hang on one another and only the last is an answer. One that is being chosen
     stays as it stands, its lists and whatever list is on its way included. */
  function keepPlace(group, fragment) {
    const boxes = Array.from(group.querySelectorAll('select'));
    const fresh = fragment.querySelector('#' + CSS.escape(group.id));
    if (!boxes.length || !fresh) return;
    const begun = boxes[0].value && !boxes[boxes.length - 1].value;
    if (begun || boxes.some((box) => sinceSent.has(box.id))) fresh.replaceWith(group);
  }
  /* A list drawn anew keeps what was chosen in it meanwhile, if it still has it: an answer that comes late takes nothing
     away. */
  const chosen = new WeakMap();
  function listOf(event) { const list = event.detail.target; return list && list.tagName === 'SELECT' ? list : null; }
  ['htmx:beforeSwap', 'htmx:oobBeforeSwap'].forEach((name) => document.addEventListener(name, function (event) {
    const list = listOf(event);
    if (list) chosen.set(list, list.value);
  }));
  ['htmx:afterSwap', 'htmx:oobAfterSwap'].forEach((name) => document.addEventListener(name, function (event) {
    const list = listOf(event), value = list && chosen.get(list);
    if (value && Array.from(list.options).some((one) => one.value === value)) list.value = value;
  }));
  function paint(said) {
    const field = document.getElementById(said.dataset.says);
    if (!field || !field.classList.contains('form-control') && !field.classList.contains('form-select')) return;
    const bad = said.classList.contains('is-bad');
    field.classList.toggle('is-bad', bad);
    field.classList.toggle('is-warn', said.classList.contains('is-warn'));
    if (bad) field.setAttribute('aria-invalid', 'true'); else field.removeAttribute('aria-invalid');
  }
  document.addEventListener('htmx:oobAfterSwap', function () { document.querySelectorAll('[data-says]').forEach(paint); });

  /* A save that is due before one leaves for the next page. */
  document.addEventListener('click', function (event) {
    const link = event.target.closest('a[data-after-save]');
    if (!link || !dirty.size) return;
    event.preventDefault();
    const go = function (done) {
      if (done.detail.elt !== form) return;
      document.removeEventListener('htmx:afterRequest', go);
      if (done.detail.successful) window.location.assign(link.href);
    };
    document.addEventListener('htmx:afterRequest', go);
    if (window.lubanSave) window.lubanSave();
  });
})();
