/* The big screen: the clock runs on between two answers, and a screen that hears nothing any more says so. */
(function () {
  'use strict';
  const clock = document.querySelector('[data-clock]');
  const notice = document.querySelector('[data-offline]');
  const begun = Date.now();
  const shown = clock.textContent.split(':').map(Number);
  const start = shown[0] * 3600 + shown[1] * 60 + shown[2];
  const two = (n) => String(n).padStart(2, '0');
  let heard = clock.textContent;

  function tick() {
    const now = (start + Math.floor((Date.now() - begun) / 1000)) % 86400;
    clock.textContent = two(Math.floor(now / 3600)) + ':' + two(Math.floor(now / 60) % 60) + ':' + two(now % 60);
  }
  window.setInterval(tick, 1000);

  function lost() {
    notice.textContent = '与平台的连接中断，画面停在 ' + heard + '；连上后自动更新。';
    notice.hidden = false;
  }
  document.addEventListener('htmx:sendError', lost);
  document.addEventListener('htmx:timeout', lost);
  document.addEventListener('htmx:responseError', function (event) {
    if (event.detail.xhr.status === 401) location.reload(); else lost();
  });
  document.addEventListener('htmx:afterSwap', function () { heard = clock.textContent; notice.hidden = true; });
})();
