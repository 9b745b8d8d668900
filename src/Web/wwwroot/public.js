// Public pages work without this. With it: times in the reader's zone, ages that tick, parts that update themselves.
'use strict';
(() => {
  const root = document.documentElement;
  const live = document.getElementById('live');
  const speed = Number(root.dataset.speed || 1);
  const staleMs = Number(root.dataset.stale || 120) * 1000;
  const tickMs = 1000;
  const retryMs = 5000;
  const retrySpreadMs = 5000;

  // The hub's clock is not the reader's: it may run faster (a scenario) and either may be wrong. Every `asof` event sets it right.
  let asOf = Date.parse(root.dataset.asof);
  let base = speed === 1 ? Date.now() : asOf;
  let mark = performance.now();
  const now = () => base + (performance.now() - mark) * speed;

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const format = options => new Intl.DateTimeFormat('en-GB', options);
  const clock = format({ hour: '2-digit', minute: '2-digit' });
  const seconds = format({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = format({ day: 'numeric', month: 'long' });
  const dayAndYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const utc = format({ dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' });

  const span = ms => {
    const s = Math.max(0, Math.floor(ms / 1000));
    const m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    const rest = (n, unit) => n ? ` ${n}\u00a0${unit}` : '';
    return s < 60 ? `${s}\u00a0s` : m < 60 ? `${m}\u00a0min` : h < 24 ? `${h}\u00a0h${rest(m % 60, 'min')}` : `${d}\u00a0day${d === 1 ? '' : 's'}${rest(h % 24, 'h')}`;
  };

  const local = (at, exact) => {
    const date = new Date(at), today = new Date(now());
    if (exact) return seconds.format(date);
    if (day.format(date) === day.format(today) && date.getFullYear() === today.getFullYear()) return clock.format(date);
    return `${(date.getFullYear() === today.getFullYear() ? day : dayAndYear).format(date)}, ${clock.format(date)}`;
  };

  const tell = within => {
    for (const time of within.querySelectorAll('time.t')) {
      time.textContent = local(time.dateTime, time.classList.contains('x'));
      time.title = `${utc.format(new Date(time.dateTime))} UTC`;
    }
    tick(within);
  };

  const tick = within => {
    for (const time of within.querySelectorAll('time.ago,time.for')) {
      const text = span(now() - Date.parse(time.dateTime)) + (time.className === 'ago' ? ' ago' : '');
      if (time.textContent !== text) time.textContent = text;
      if (!time.title) time.title = `${utc.format(new Date(time.dateTime))} UTC`;
    }
  };

  let connected = null;
  const say = () => {
    const old = now() - asOf > staleMs;
    root.classList.toggle('old', old);
    const text = old ? `Not current: ${span(now() - asOf)} old` : connected ? 'Live' : 'Reconnecting…';
    if (live.textContent !== text) live.textContent = text;
    live.classList.toggle('off', !connected);
    live.hidden = connected === null && !old;
  };

  const headline = () => document.querySelector('h1')?.textContent.trim();

  // What a part says, but for what changes with every check: a page that flashes at each of them hides the one that matters.
  const gist = part => {
    const copy = part.cloneNode(true);
    for (const each of copy.querySelectorAll('time,.slots')) each.remove();
    return copy.textContent.replace(/[\d.,]+/g, '');
  };

  const replace = (id, html) => {
    const old = document.getElementById(id);
    if (!old) return;
    const said = headline();
    const before = gist(old);
    const open = [...old.querySelectorAll('details[open]')].map(d => d.id);
    const focus = document.activeElement?.closest('a,button,summary');
    const path = focus && old.contains(focus) ? (focus.id ? `#${CSS.escape(focus.id)}` : focus.localName === 'summary' ? `#${CSS.escape(focus.parentNode.id)}>summary` : focus.href ? `a[href="${CSS.escape(focus.getAttribute('href'))}"]` : null) : null;
    const holder = document.createElement('template');
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    old.replaceWith(fresh);
    for (const d of open) if (d) document.getElementById(d)?.setAttribute('open', '');
    if (path) fresh.querySelector(path)?.focus({ preventScroll: true });
    tell(fresh);
    if (/^(now|open|updates|s:)/.test(id) && gist(fresh) !== before) fresh.classList.add('new');
    const says = headline();
    if (says && says !== said) {
      document.getElementById('say').textContent = says;
      if (location.pathname === document.querySelector('.brand').pathname) document.title = `${says} · ${document.querySelector('.brand').textContent}`;
    }
  };

  const listen = () => {
    const source = new EventSource(root.dataset.live);
    source.onopen = () => { connected = true; say(); };
    source.onerror = () => {
      connected = false;
      say();
      // The browser retries a lost connection by itself, a refused one it gives up.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, retryMs + Math.random() * retrySpreadMs);
    };
    source.addEventListener('fragment', e => {
      const { id, html } = JSON.parse(e.data);
      replace(id, html);
    });
    source.addEventListener('asof', e => {
      const data = JSON.parse(e.data);
      asOf = Date.parse(data.asOf);
      base = Date.parse(data.now);
      mark = performance.now();
      const time = document.querySelector('#asof time');
      if (time) time.dateTime = data.asOf;
      tell(document.getElementById('asof'));
      say();
    });
  };

  document.getElementById('zone').textContent = `Times are in your zone, ${zone.replaceAll('_', ' ')}.`;
  tell(document);
  if (root.dataset.live) {
    setInterval(() => { tick(document); say(); }, tickMs);
    if ('EventSource' in window) listen();
  }

  // Lines to paste can be copied at a click.
  const copiedMs = 2000;
  if (navigator.clipboard) {
    for (const code of document.querySelectorAll('.code')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.onclick = async () => {
        await navigator.clipboard.writeText(code.querySelector('pre').textContent);
        button.textContent = 'Copied';
        document.getElementById('say').textContent = 'Copied';
        setTimeout(() => { button.textContent = 'Copy'; }, copiedMs);
      };
      code.classList.add('copies');
      code.append(button);
    }
  }

  // A link to the days of a model means the table.
  if (location.hash === '#days') document.getElementById('days-table')?.setAttribute('open', '');
})();
