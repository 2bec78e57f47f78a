import { api } from '../../api/client.ts';

/** The types of events that a webhook can ask for, from the server's own description of its messages; empty until that is there. */
export function useEventTypes(): readonly string[] {
  const { data } = api.useQuery('get', '/asyncapi.json', {}, { staleTime: Infinity });
  const { channels } = (data ?? {}) as { channels?: { webhooks?: { messages?: Record<string, unknown> } } };
  return Object.keys(channels?.webhooks?.messages ?? {});
}
