/** The tracking page: an order as HTML. It is whole without its script, which only keeps it up to date. */
import { html } from 'ghtml';
import { documentHtml } from './document.ts';
import { momentHtml } from './moments.ts';
import type { Parcel, TrackedItem, TrackingStep, TrackingView } from './tracking-view.ts';

/** The whole page of an order. */
export function trackingPage(view: TrackingView): string {
  const body = html`<main id="order">!${orderHtml(view)}</main>
    <footer>
      <p id="live" hidden></p>
      <p><a class="refresh" href="">Refresh</a></p>
      <p class="hint">Whoever has the link to this page can see it.</p>
    </footer>
    <p id="said" class="unseen" role="status"></p>`;
  return documentHtml({ title: `${plainHeadline(view)} · Order ${view.orderId}`, body, script: true });
}

/** The part of the page that changes with the order: what the live stream sends. */
export function orderHtml(view: TrackingView): string {
  const { mood, headline, headlineAt, explanation, orderId, parcel, news, isSettled } = view;
  const [latest] = news;
  return html`<article
    class="${mood}"
    data-title="${plainHeadline(view)} · Order ${orderId}"
    !${isSettled ? 'data-settled' : ''}
  >
    <header>
      <p class="number">Order ${orderId}</p>
      <h1>${headline} !${headlineAt === null ? '' : momentHtml(headlineAt, 'date')}</h1>
      <p class="explanation">${explanation}</p>
    </header>
    !${stepsHtml(view.steps)} !${parcel === null ? '' : parcelHtml(parcel)}
    <section>
      <h2>Latest news</h2>
      <p class="latest">!${latest === undefined ? '' : html`${latest.text} !${momentHtml(latest.at)}`}</p>
      <details !${news.length > 1 ? '' : 'hidden'}>
        <summary>Everything that happened</summary>
        <ol class="news">
          !${news.map(({ text, at }) => html`<li>${text} !${momentHtml(at)}</li>`)}
        </ol>
      </details>
    </section>
    !${itemsHtml(view.items, view.total)}
  </article>`;
}

function stepsHtml(steps: readonly TrackingStep[]): string {
  const step = ({ name, state, at }: TrackingStep) =>
    html`<li class="${state}" !${state === 'current' ? 'aria-current="step"' : ''}>
      <span class="name">${name}</span>
      <span class="unseen">!${STATE_WORDS[state]}</span>
      !${at === null ? '' : momentHtml(at)}
    </li>`;
  return html`<section>
    <h2 class="unseen">Progress</h2>
    <ol class="steps">
      !${steps.map(step)}
    </ol>
  </section>`;
}

const STATE_WORDS: Readonly<Record<TrackingStep['state'], string>> = {
  done: '(done)',
  current: '(now)',
  ahead: '(not yet)',
};

function parcelHtml({ carrier, trackingNumber, location, estimatedDelivery }: Parcel): string {
  const fact = (name: string, value: string) =>
    html`<div>
      <dt>${name}</dt>
      <dd>!${value}</dd>
    </div>`;
  return html`<section>
    <h2>Your parcel</h2>
    <dl>
      !${estimatedDelivery === null ? '' : fact('Estimated delivery', momentHtml(estimatedDelivery))}
      !${location === null ? '' : fact('Last seen', html`${location}`)} !${fact('Carrier', html`${carrier}`)}
      !${fact('Tracking number', html`<span class="code">${trackingNumber}</span>`)}
    </dl>
  </section>`;
}

function itemsHtml(items: readonly TrackedItem[], total: string): string {
  const row = ({ name, quantity, price }: TrackedItem) =>
    html`<tr>
      <td>${name}</td>
      <td>${quantity}</td>
      <td>${price}</td>
    </tr>`;
  return html`<section>
    <h2>Your items</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Quantity</th>
          <th scope="col">Price</th>
        </tr>
      </thead>
      <tbody>
        !${items.map(row)}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="2">Total</th>
          <td>${total}</td>
        </tr>
      </tfoot>
    </table>
  </section>`;
}

/** The headline where no moment can stand: in the title, which is not written anew in the reader's zone. */
function plainHeadline({ headline, headlineAt }: TrackingView): string {
  return headlineAt === null ? headline : headline.replace(/ on$/, '');
}
