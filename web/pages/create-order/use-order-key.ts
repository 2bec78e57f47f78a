import { useState } from 'react';

/**
 * The Idempotency-Key of one fill of the form: whatever is sent twice, by a double click or after a lost answer, makes one
 * order. `renew` begins another order.
 */
export function useOrderKey(): { readonly key: string; readonly renew: () => string } {
  const [key, setKey] = useState(makeKey);
  const renew = () => {
    const made = makeKey();
    setKey(made);
    return made;
  };
  return { key, renew };
}

/** Not `randomUUID`, which browsers have for secure origins only. */
function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `dashboard-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
