/**
 * Keeps the tracking page up to date: swaps in what the server sends while the order changes, and writes moments in the
 * zone of the reader. The page is whole without it.
 */
(() => {
  'use strict';

  const LANGUAGE = 'en-GB';
  const FORMATS = {
    date: new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'long' }),
    moment: new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'long', timeStyle: 'short' }),
  };
  const EXACT = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'full', timeStyle: 'long' });
  /** After this time a stream that the server refused is tried again; a broken one the browser opens again by itself. */
  const RETRY_MS = 10_000;

  const order = document.getElementById('order');
  const live = document.getElementById('live');
  const said = document.getElementById('said');
  const refresh = document.querySelector('.refresh');

  showMoments(order);
  live.setAttribute('role', 'status');
  if (isSettled()) rest();
  else follow();

  function follow() {
    const { pathname, search } = document.location;
    const stream = new EventSource(`${pathname}/events${search}`);
    stream.addEventListener('open', () => tell('Live', true));
    stream.addEventListener('view', ({ data }) => show(data));
    stream.addEventListener('end', () => {
      stream.close();
      if (isSettled()) rest();
      else tell('No longer live', false);
    });
    stream.addEventListener('error', () => {
      if (isSettled()) return;
      tell('Reconnecting…', false);
      if (stream.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_MS);
    });
  }

  function show(html) {
    const before = headline();
    const wasOpen = order.querySelector('details')?.open === true;
    const template = document.createElement('template');
    template.innerHTML = html;
    showMoments(template.content);
    order.replaceChildren(template.content);
    const details = order.querySelector('details');
    if (details) details.open = wasOpen;
    document.title = order.querySelector('article').dataset.title;
    if (headline() !== before) said.textContent = headline();
  }

  function showMoments(root) {
    for (const time of root.querySelectorAll('time[data-show]')) {
      const moment = new Date(time.dateTime);
      time.textContent = FORMATS[time.dataset.show].format(moment);
      time.title = EXACT.format(moment);
    }
  }

  function headline() {
    return order.querySelector('h1').textContent.trim();
  }

  function isSettled() {
    return order.querySelector('[data-settled]') !== null;
  }

  /** Nothing more will come. */
  function rest() {
    live.hidden = true;
    refresh.hidden = true;
  }

  function tell(state, isLive) {
    if (live.textContent !== state) live.textContent = state;
    live.hidden = false;
    live.classList.toggle('on', isLive);
    refresh.hidden = isLive;
  }
})();
