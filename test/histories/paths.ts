/** Every path that an order can take, each walked on a real system; their histories are recorded and replayed. */
import { cancelledPaths } from './cancelled-paths.ts';
import { outagePaths } from './outage-paths.ts';
import type { Path } from './path.ts';
import { resumedPaths } from './resumed-paths.ts';
import { usualPaths } from './usual-paths.ts';

export const paths: readonly Path[] = [...usualPaths, ...cancelledPaths, ...outagePaths, ...resumedPaths];
