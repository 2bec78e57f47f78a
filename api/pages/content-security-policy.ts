const RULES = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/** What the dashboard may load: only from this server; of style elements only those that carry the nonce. */
export function contentSecurityPolicy(styleNonce: string): string {
  const rules = { ...RULES, 'style-src': [...RULES['style-src'], `'nonce-${styleNonce}'`] };
  return Object.entries(rules)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
