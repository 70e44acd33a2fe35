/* Files go up one after another with their progress; the server answers with the slot as it now is.
   <input type="file" data-upload="/…" data-slot="slot-id" data-max="52428800" multiple accept="…">
   A refusal (4xx) answers JSON {"message": "…"}; it is shown in the slot and the file is kept out. */
(function () {
  'use strict';
  let underWay = 0;
  window.addEventListener('beforeunload', function (event) {
    if (underWay) { event.preventDefault(); event.returnValue = ''; }
  });
  function size(bytes) { return bytes < 1048576 ? Math.ceil(bytes / 1024) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB'; }

  function line(slot, file) {
    const row = document.createElement('div');
    row.className = 'lb-file';
    row.innerHTML = '<i class="ti ti-file-upload" aria-hidden="true"></i><span></span><progress value="0" max="100"></progress>' +
      '<span class="lb-fs" role="status"></span><button class="lb-link lb-small" type="button">取消上传</button>';
    row.children[1].textContent = file.name;
    row.querySelector('progress').setAttribute('aria-label', '上传进度：' + file.name);
    row.querySelector('.lb-fs').textContent = size(file.size);
    (slot.querySelector('[data-files]') || slot).append(row);
    return row;
  }
  function refuse(row, words) {
    const said = document.createElement('div');
    said.className = 'lb-msg is-bad';
    said.setAttribute('role', 'alert');
    said.innerHTML = '<i class="ti ti-circle-x" aria-hidden="true"></i><span></span>';
    said.lastChild.textContent = words;
    const progress = row.querySelector('progress');
    if (progress) progress.remove();
    const button = row.querySelector('button');
    button.textContent = '知道了';
    button.onclick = function () { said.remove(); row.remove(); };
    row.after(said);
  }
  function words(xhr, file) {
    try { const answer = JSON.parse(xhr.responseText); if (answer.message) return answer.message; } catch (e) { /* not JSON */ }
    if (xhr.status === 413) return '“' + file.name + '”太大，单份 50 MB 以内，请压缩或拆开再传。';
    return '“' + file.name + '”没有传上。请检查文件能否打开，再传一次。';
  }
  function fits(input, file, row) {
    const max = Number(input.dataset.max || 0);
    if (max && file.size > max) { refuse(row, '“' + file.name + '”有 ' + size(file.size) + '，超过 ' + size(max) + '，请压缩或拆开再传。'); return false; }
    if (!file.size) { refuse(row, '“' + file.name + '”是空文件，请重新选择。'); return false; }
    return true;
  }

  function send(input, slot, files) {
    const file = files.shift();
    if (!file) return;
    const row = line(slot, file);
    if (!fits(input, file, row)) { send(input, slot, files); return; }
    const progress = row.querySelector('progress'), share = row.querySelector('.lb-fs');
    const xhr = new XMLHttpRequest();
    let spoken = -25;
    xhr.upload.addEventListener('progress', function (event) {
      if (!event.lengthComputable) return;
      const done = Math.floor(event.loaded / event.total * 100);
      progress.value = done;
      if (done - spoken >= 25 || done === 100) { share.textContent = done + '%'; spoken = done; }
    });
    underWay += 1;
    xhr.addEventListener('loadend', () => { underWay -= 1; });
    xhr.addEventListener('load', function () {
      if (xhr.status >= 200 && xhr.status < 300) {
        const fresh = document.createElement('template');
        fresh.innerHTML = xhr.responseText.trim();
        const next = fresh.content.firstElementChild;
        if (!next) { location.reload(); return; }
        slot.replaceWith(next);
        if (window.htmx) window.htmx.process(next);
        next.dispatchEvent(new CustomEvent('lb:uploaded', { bubbles: true }));
        send(input, next, files);
        return;
      }
      if (xhr.status === 401 && window.lubanTroubles) window.lubanTroubles.say(window.lubanTroubles.forStatus(401, xhr, null));
      refuse(row, xhr.status === 401 ? '登录已过期，“' + file.name + '”没有传上。请登录后再选一次。' : words(xhr, file));
      send(input, slot, files);
    });
    xhr.addEventListener('error', () => refuse(row, '网络断了，“' + file.name + '”没有传上。联网后请再选一次。'));
    xhr.addEventListener('abort', () => { row.remove(); send(input, slot, files); });
    row.querySelector('button').onclick = () => xhr.abort();
    const body = new FormData();
    body.append('file', file, file.name);
    xhr.open('POST', input.dataset.upload);
    xhr.setRequestHeader('X-CSRFToken', window.lubanToken ? window.lubanToken() : '');
    xhr.setRequestHeader('HX-Request', 'true');
    xhr.send(body);
  }

  document.addEventListener('change', function (event) {
    const input = event.target;
    if (!input.matches || !input.matches('input[type="file"][data-upload]') || !input.files.length) return;
    const files = Array.from(input.files);
    input.value = '';
    send(input, document.getElementById(input.dataset.slot), files);
  });
})();
