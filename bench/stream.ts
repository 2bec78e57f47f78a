/** How soon subscribers of the live stream see what happened. */
import { startFollower } from './followers/follower.ts';
import { measureFollowing } from './followers/following.ts';

const SUBSCRIBERS = 20;

/** Server-sent events, all of them to every subscriber. */
export const stream = measureFollowing({
  of: 'event to subscriber',
  words: `event to ${SUBSCRIBERS} subscribers of the live stream`,
  needs: [],
  target: { most: 150 },
  audience: SUBSCRIBERS,
  follow: ({ http }) => startFollower('subscribers', { http, subscribers: SUBSCRIBERS }),
});
