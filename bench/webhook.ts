/** How soon a receiver of webhooks has what happened. */
import { type Follower, startFollower } from './followers/follower.ts';
import { measureFollowing } from './followers/following.ts';

/** One receiver, at an endpoint that wants every event; the floor is a bare request. */
export const webhook = measureFollowing({
  of: 'event to receiver',
  words: 'event to a receiver of webhooks',
  needs: [],
  settings: { WEBHOOK_ALLOW_PRIVATE: 'true' },
  audience: 1,
  follow: async ({ http }) => {
    const receiver = await startFollower('receiver', {});
    const answer = await fetch(new URL('/api/webhooks', http), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: urlOf(receiver.ready) }),
    });
    if (answer.status !== 201) throw new Error(`the webhook was refused: ${await answer.text()}`);
    return receiver;
  },
  tellDirectly: (_, { ready }) => ({
    tell: () => fetch(urlOf(ready), { method: 'POST', body: JSON.stringify({ time: new Date().toISOString() }) }),
    close: () => Promise.resolve(),
  }),
});

function urlOf({ port }: Follower['ready']): string {
  return `http://127.0.0.1:${String(port)}/`;
}
