/** Keeps secrets out of what leaves the process as text: lines of the log and spans. */

const REDACTED = '[redacted]';
/** A shorter one would be found within ordinary words. */
const SHORTEST_SECRET = 12;
const FIELDS =
  'authorization|proxy-authorization|cookie|set-cookie|x-api-key|api_?key|password|secret|credential|token';

/** Secrets that are known by their form, whoever they belong to. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // A field of a line, and one of what stands as JSON in a text of a line.
  [new RegExp(String.raw`("(?:${FIELDS})"\s*:\s*")(?:[^"\\]|\\.)*`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(\\"(?:${FIELDS})\\"\s*:\s*\\")(?:[^"\\]|\\{2}\\?.)*`, 'gi'), `$1${REDACTED}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(:\/\/[^\s/:@"]*:)[^\s/@"]+@/g, `$1${REDACTED}@`],
  [/\b(sk|whsec)_[\w+/=-]{8,}/g, `$1_${REDACTED}`],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, REDACTED],
  [/([?&](?:token|key|secret|password|sslpassword)=)[^&\s"\\]+/gi, `$1${REDACTED}`],
];

const known = { secrets: [] as readonly string[], pattern: undefined as RegExp | undefined };

/** Names one more secret of this process, such as one that was read from a file. */
export function keepAlsoSecret(secret: string): void {
  if (!known.secrets.includes(secret)) keepSecret([...known.secrets, secret]);
}

/** Names the secrets of this process, which are redacted from then on wherever they stand. */
export function keepSecret(secrets: readonly string[]): void {
  known.secrets = secrets;
  const forms = secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // The longest first, so that one that begins with another is found whole.
  const texts = [...new Set(forms)].sort((one, other) => other.length - one.length).map((text) => RegExp.escape(text));
  known.pattern = texts.length === 0 ? undefined : new RegExp(texts.join('|'), 'g');
}

/** The text without secrets: those of this process, and what has the form of one. */
export function redact(text: string): string {
  const unknown = known.pattern ? text.replace(known.pattern, REDACTED) : text;
  return FORMS.reduce((shown, [form, instead]) => shown.replace(form, instead), unknown);
}
