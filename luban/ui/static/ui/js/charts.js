/* Charts from data-chart (written by luban.ui.view.Chart). The table of the same figures folds away once drawn.
   Tooltips are canvas text (renderMode richText): the content security policy allows no inline style. */
(function () {
  'use strict';
  if (!window.echarts) return;
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue('--' + name).trim();
  const COLOURS = ['ink-600', 'info-fg', 'warn-solid', 'pause-fg', 'ok-fg', 'bad-fg', 'grey-500'].map(colour);

  function option(data) {
    const small = parseFloat(css.fontSize) * 0.8;
    const text = { color: colour('grey-700'), fontSize: small, fontFamily: css.getPropertyValue('--font-sans') };
    const base = { color: COLOURS, textStyle: text, animation: false, aria: { enabled: false },
      tooltip: { renderMode: 'richText', confine: true, trigger: data.kind === 'pie' ? 'item' : 'axis', valueFormatter: (v) => (v === null ? '—' : v + ' ' + data.unit) } };
    if (data.series.length > 1 || data.kind === 'pie') base.legend = { bottom: 0, textStyle: text };
    if (data.kind === 'pie') {
      base.series = [{ type: 'pie', radius: ['48%', '72%'], center: ['50%', '44%'], label: text,
        data: data.categories.map((name, i) => ({ name: name, value: data.series[0].values[i] })) }];
      return base;
    }
    const names = { type: 'category', data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: colour('grey-300') } }, axisLabel: text };
    const figures = { type: 'value', minInterval: data.unit === '件' ? 1 : 0, splitLine: { lineStyle: { color: colour('grey-200') } }, axisLabel: text };
    base.grid = { left: 8, right: 16, top: 16, bottom: base.legend ? 36 : 8, containLabel: true };
    base.xAxis = data.kind === 'hbar' ? figures : names;
    base.yAxis = data.kind === 'hbar' ? Object.assign({ inverse: true }, names) : figures;
    base.series = data.series.map((s) => ({ name: s.name, type: data.kind === 'line' ? 'line' : 'bar', data: s.values,
      stack: data.kind === 'stack' ? 'all' : undefined, barMaxWidth: 28, symbolSize: 6 }));
    return base;
  }
  function draw(box) {
    const chart = window.echarts.init(box, null, { renderer: 'canvas' });
    chart.setOption(option(JSON.parse(box.dataset.chart)));
    window.addEventListener('resize', () => chart.resize());
    const table = box.parentElement.querySelector('.lb-charttable');
    if (table) table.open = false;
  }
  document.querySelectorAll('[data-chart]').forEach(draw);
  document.addEventListener('htmx:load', function (event) {
    if (event.detail.elt !== document.body && event.detail.elt.querySelectorAll) event.detail.elt.querySelectorAll('[data-chart]').forEach(draw);
  });
})();
