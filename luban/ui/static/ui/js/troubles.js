/* What can go wrong between this page and the house, said in one banner: what happened, whether what was typed
   is safe, what to do. Nothing typed is ever thrown away here. */
(function () {
  'use strict';
  const box = document.getElementById('lb-troubles');
  if (!box) return;
  const title = box.querySelector('[data-trouble-title]');
  const text = box.querySelector('[data-trouble-text]');
  const link = box.querySelector('[data-trouble-link]');
  const retry = box.querySelector('[data-trouble-retry]');
  let again = null;
  let kind = '';

  function say(trouble) {
    kind = trouble.kind;
    title.textContent = trouble.title;
    text.textContent = trouble.text;
    link.hidden = !trouble.href;
    if (trouble.href) { link.href = trouble.href; link.textContent = trouble.link; }
    again = trouble.again || null;
    retry.hidden = !again;
    box.hidden = false;
  }
  function clear(which) { if (!which || which === kind) { box.hidden = true; kind = ''; } }
  retry.addEventListener('click', function () { const go = again; clear(); if (go) go(); });
  box.querySelector('[data-trouble-close]').addEventListener('click', () => clear());
  window.lubanTroubles = { say: say, clear: clear, forStatus: forStatus };

  const BY_STATUS = {
    400: ['提交的内容无法识别。', '填的内容还在本页，请检查后再试。'],
    403: ['没有办成：没有权限，或页面放得太久。', '填的内容还在本页，请在新窗口打开本页核对后再试。'],
    404: ['没有找到要办的内容。', '它可能已被移走。填的内容还在本页，请从列表重新进入。'],
    409: ['内容已被别人改过，这次没有保存。', '填的内容还在本页，请先打开最新的内容核对。'],
    413: ['文件太大，没有收下。', '单份 50 MB 以内，请压缩或拆开再传。'],
    429: ['操作太频繁，暂缓处理。', '填的内容还在本页，请等一分钟再试。']
  };
  function forStatus(status, xhr, go) {
    if (status === 401) {
      const to = (xhr && xhr.getResponseHeader('X-Lb-Signin')) || document.body.dataset.signIn || '/signin/';
      return { kind: 'session', title: '登录已过期。', text: '填的内容还在本页，请不要关闭；在新窗口登录后，回到这里继续。',
        href: to, link: '在新窗口登录', again: go };
    }
    if (status === 409) return { kind: 'conflict', title: BY_STATUS[409][0], text: BY_STATUS[409][1], href: location.href, link: '打开最新的内容' };
    const words = BY_STATUS[status];
    if (words) return { kind: 'refused', title: words[0], text: words[1], again: status === 429 ? go : null };
    return { kind: 'server', title: '这次没有办成，问题出在我们这边。', text: '填的内容还在本页，请稍后再试。', again: go };
  }

  function repeat(event) {
    const elt = event.detail.elt;
    const config = event.detail.requestConfig;
    const on = config && config.triggeringEvent ? config.triggeringEvent.type : 'click';
    return () => window.htmx.trigger(elt, on);
  }
  document.addEventListener('htmx:responseError', function (event) {
    say(forStatus(event.detail.xhr.status, event.detail.xhr, repeat(event)));
  });
  function offline(event) {
    const at = new Date().toTimeString().slice(0, 5);
    say({ kind: 'offline', title: '网络断了，' + at + ' 之后的内容还没有存上。', text: '填的内容都在本页，请不要关闭；联网后自动补存。',
      again: event && event.detail ? repeat(event) : null });
  }
  document.addEventListener('htmx:sendError', offline);
  document.addEventListener('htmx:timeout', offline);
  document.addEventListener('htmx:afterOnLoad', function (event) {
    if (event.detail.xhr.status < 400) { clear('offline'); clear('session'); clear('server'); }
  });
  window.addEventListener('online', () => clear('offline'));
})();
