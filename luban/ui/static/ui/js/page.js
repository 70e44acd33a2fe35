/* Every page: large type, menus, printing, going back, the notice's countdown, the process picture in view,
   and a fresh CSRF token on every submission (signing in again in another tab changes it). */
(function () {
  'use strict';
  const root = document.documentElement;
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  /* 大字版: kept in a cookie, so the server writes data-size and nothing flickers. */
  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-toggle-size]');
    if (!button) return;
    const large = root.dataset.size !== 'large';
    if (large) root.dataset.size = 'large'; else delete root.dataset.size;
    document.cookie = 'lb_size=' + (large ? 'large' : '') + ';path=/;samesite=lax;max-age=' + (large ? 31536000 : 0);
    all('[data-toggle-size]').forEach((b) => b.setAttribute('aria-pressed', String(large)));
  });

  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-print]')) window.print();
    if (event.target.closest('[data-back]')) history.back();
    all('details[data-menu][open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') return;
    all('details[data-menu][open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  });

  /* Paper shows what the screen folds. */
  let folded = [];
  window.addEventListener('beforeprint', function () {
    folded = all('details:not([open]):not([data-menu])');
    folded.forEach((d) => { d.open = true; });
  });
  window.addEventListener('afterprint', () => folded.forEach((d) => { d.open = false; }));

  /* CSRF token: the cookie holds the present one. */
  function token() {
    const found = /(?:^|;\s*)luban_csrf=([^;]+)/.exec(document.cookie);
    return found ? found[1] : '';
  }
  window.lubanToken = token;
  document.addEventListener('submit', function (event) {
    const fresh = token();
    const field = event.target.querySelector('input[name="csrfmiddlewaretoken"]');
    if (fresh && field) field.value = fresh;
  }, true);
  document.addEventListener('htmx:configRequest', function (event) {
    const fresh = token();
    if (!fresh) return;
    event.detail.headers['X-CSRFToken'] = fresh;
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = fresh;
  });

  /* 须知: the box opens when the seconds are over. The server keeps its own count; this one only shows it. */
  function countdown(box) {
    const tick = box.querySelector('input[type="checkbox"]');
    if (!tick) return;
    const go = box.querySelector('button');
    const number = box.querySelector('svg text');
    const ring = box.querySelector('svg .v');
    const said = box.querySelector('[data-countdown-says]');
    const total = Number(box.dataset.countdown);
    const began = Date.now();
    tick.disabled = go.disabled = true;
    const timer = setInterval(function () {
      const left = Math.max(0, total - Math.floor((Date.now() - began) / 1000));
      number.textContent = left || '✓';
      ring.setAttribute('stroke-dasharray', left + ' ' + total);
      if (left) return;
      clearInterval(timer);
      tick.disabled = false;
      said.textContent = '现在可以勾选了，勾选后继续。阅读时刻会随件留存。';
    }, 250);
    tick.addEventListener('change', () => { go.disabled = !tick.checked; });
  }

  /* The present step stands in the middle of a picture that is wider than the screen. */
  function centre(box) {
    const now = box.querySelector('.n');
    if (!now || box.scrollWidth <= box.clientWidth) return;
    const at = now.getBoundingClientRect();
    box.scrollLeft += at.left + at.width / 2 - box.getBoundingClientRect().left - box.clientWidth / 2;
  }

  function begin(from) {
    all('[data-countdown]', from).forEach(countdown);
    all('[data-flow]', from).forEach(centre);
  }
  begin(document);
  document.addEventListener('htmx:load', (event) => { if (event.detail.elt !== document.body) begin(event.detail.elt); });
})();
