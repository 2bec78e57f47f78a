import { html } from 'ghtml';

/** The assets of the pages for customers, below this path. */
export const ASSETS = '/track/assets';

/** A whole page for customers around its HTML; `script` where it goes on living in the browser. */
export function documentHtml(page: { title: string; body: string; script?: boolean }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${page.title}</title>
        <link rel="icon" href="${ASSETS}/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${ASSETS}/tracking.css" />
        !${page.script === true ? html`<script src="${ASSETS}/tracking.js" defer></script>` : ''}
      </head>
      <body>
        !${page.body}
      </body>
    </html> `;
}
