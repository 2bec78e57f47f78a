/** API keys in the words of the contract. */
import type { ApiKey } from '../db/api-keys.ts';

/** A key as answers show it; what has no value is left out. */
export function presentKey(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    customer_id: key.customerId ?? undefined,
    created_at: key.createdAt,
    created_by: key.createdBy,
    expires_at: key.expiresAt ?? undefined,
    last_used_at: key.lastUsedAt ?? undefined,
    revoked_at: key.revokedAt ?? undefined,
  };
}
