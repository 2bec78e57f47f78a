/** Pages for customers that show no order: they say what is the matter and what to do, and nothing of any order. */
import { html } from 'ghtml';
import { documentHtml } from './document.ts';

/** A page to answer with; `status` is that of HTTP. */
export interface MessagePage {
  readonly status: 404 | 405 | 410 | 500 | 503;
  readonly html: string;
}

/** There is no such order, or the link was not made by us: it does not say which. */
export const NOT_FOUND_PAGE = makePage(404, {
  headline: 'We cannot find this order',
  explanation:
    'The link may be incomplete. Please open it again from your message, or copy it as a whole. The shop where you ordered can send you a fresh one.',
});

/** The link was good once. */
export const EXPIRED_PAGE = makePage(410, {
  headline: 'This link has expired',
  explanation: 'Tracking links work for a limited time. The shop where you ordered can tell you more about your order.',
});

/** Something behind the server is away. */
export const UNAVAILABLE_PAGE = makePage(503, {
  headline: 'We cannot show this right now',
  explanation: 'Your order is not affected. Please try again in a moment.',
  again: true,
});

/** A bug. */
export const BROKEN_PAGE = makePage(500, {
  headline: 'Something went wrong on our side',
  explanation: 'Your order is not affected. Please try again later.',
  again: true,
});

/** These pages can only be read. */
export const READ_ONLY_PAGE = makePage(405, {
  headline: 'This page can only be read',
  explanation: 'Please open the link from your message in a browser.',
});

function makePage(
  status: MessagePage['status'],
  { headline, explanation, again = false }: { headline: string; explanation: string; again?: boolean },
): MessagePage {
  const body = html`<main class="message">
    <h1>${headline}</h1>
    <p>${explanation}</p>
    !${again ? '<p><a class="refresh" href="">Try again</a></p>' : ''}
  </main>`;
  return { status, html: documentHtml({ title: headline, body }) };
}
