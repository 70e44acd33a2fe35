/* A long form: it saves itself, findings lead to their fields, a fix button writes the right value,
   the section in view is marked. The form element carries hx-post, hx-trigger="lb:save" and data-autosave;
   the server answers a save with X-Saved-At (HH:MM:SS). */
(function () {
  'use strict';
  const form = document.querySelector('form[data-autosave]');
  const bar = document.querySelector('[data-saved]');
  const PAUSE = 1200, RETRY = 10000;
  let dirty = false, saving = false, leaving = false, timer = 0;

  function show(icon, words) {
    if (!bar) return;
    let mark = bar.querySelector('.ti');
    if (!mark) { mark = document.createElement('i'); mark.setAttribute('aria-hidden', 'true'); bar.prepend(mark); }
    mark.className = 'ti ti-' + icon;
    bar.querySelector('[data-saved-text]').textContent = words;
  }
  function later(wait) { clearTimeout(timer); timer = setTimeout(save, wait); }
  function save() {
    if (!dirty || saving || !form || leaving) return;
    saving = true;
    dirty = false;
    window.htmx.trigger(form, 'lb:save');
  }
  function touched(event) {
    if (event.target.type === 'file' || event.target.closest('[data-no-autosave]')) return;
    dirty = true;
    if (!saving) show('pencil', '有改动，正在保存……');
    later(PAUSE);
  }
  if (form) {
    form.addEventListener('input', touched);
    form.addEventListener('change', touched);
    form.addEventListener('submit', () => { leaving = true; });
    form.addEventListener('htmx:afterRequest', function (event) {
      if (event.detail.elt !== form) return;
      saving = false;
      if (event.detail.successful) {
        const at = event.detail.xhr.getResponseHeader('X-Saved-At') || new Date().toTimeString().slice(0, 8);
        show('cloud-check', '已自动保存 ' + at);
        if (dirty) later(PAUSE);
        return;
      }
      dirty = true;
      show('cloud-off', '还没有存上，请不要关闭本页');
      const status = event.detail.xhr ? event.detail.xhr.status : 0;
      if (status === 0 || status >= 500) later(RETRY);
    });
    window.addEventListener('online', () => later(0));
    window.addEventListener('focus', () => { if (dirty) later(0); });
    window.addEventListener('beforeunload', function (event) {
      if ((dirty || saving) && !leaving) { event.preventDefault(); event.returnValue = ''; }
    });
    window.lubanSave = () => { dirty = true; later(0); };
  }

  /* To a field: unfold what hides it, bring it into view, put the cursor there. */
  function goTo(id) {
    const target = document.getElementById(id);
    if (!target) return false;
    for (let fold = target.closest('details:not([open])'); fold; fold = fold.parentElement.closest('details:not([open])')) fold.open = true;
    target.scrollIntoView({ block: 'center' });
    const field = target.matches('input, select, textarea, button, a') ? target : target.querySelector('input, select, textarea') || target;
    if (field === target && target.tabIndex < 0) target.tabIndex = -1;
    field.focus({ preventScroll: true });
    return true;
  }
  document.addEventListener('click', function (event) {
    const link = event.target.closest('[data-find]');
    if (link && link.hash && goTo(decodeURIComponent(link.hash.slice(1)))) {
      event.preventDefault();
      history.replaceState(null, '', link.hash);
      return;
    }
    const fix = event.target.closest('[data-fix]');
    if (!fix) return;
    const field = document.getElementById(fix.dataset.fix);
    if (!field) return;
    field.value = fix.dataset.value;
    field.classList.remove('is-bad', 'is-warn');
    field.removeAttribute('aria-invalid');
    field.dispatchEvent(new Event('change', { bubbles: true }));
    const said = fix.closest('.lb-msg');
    field.focus();
    if (said) said.remove();
  });
  if (location.hash.length > 1) goTo(decodeURIComponent(location.hash.slice(1)));

  /* A chosen box is framed (older browsers do not know :has). */
  document.addEventListener('change', function (event) {
    const box = event.target.closest('.lb-choice');
    if (!box) return;
    box.querySelectorAll('label').forEach((l) => l.classList.toggle('is-on', l.querySelector('input').checked));
  });

  /* A value the applicant changes is no longer prefilled. */
  document.addEventListener('change', function (event) {
    const field = event.target;
    if (!field.classList.contains('is-prefilled')) return;
    field.classList.remove('is-prefilled');
    const holder = field.closest('.lb-field, td, .lb-stack > div');
    const mark = holder && holder.querySelector('.lb-src');
    if (!mark) return;
    mark.className = 'lb-src is-self';
    mark.innerHTML = '<i class="ti ti-user" aria-hidden="true"></i>';
    mark.append('本人填写');
  });

  /* Which section is in view. */
  const nav = document.querySelector('[data-secnav]');
  if (nav && 'IntersectionObserver' in window) {
    const links = new Map(Array.from(nav.querySelectorAll('a[href^="#"]')).map((a) => [a.hash.slice(1), a]));
    const watch = new IntersectionObserver(function (seen) {
      const first = seen.filter((s) => s.isIntersecting)[0];
      if (!first) return;
      links.forEach((a) => a.removeAttribute('aria-current'));
      links.get(first.target.id).setAttribute('aria-current', 'true');
    }, { rootMargin: '-10% 0px -70% 0px' });
    links.forEach(function (a, id) { const part = document.getElementById(id); if (part) watch.observe(part); });
  }
})();
