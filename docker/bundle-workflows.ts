/** Puts the scripts of the workflows, with and without spans, where a worker looks for them: done once for the image. */
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { loadWorkflowBundle } from '../workflow-bundle.ts';

const folder = join(readConfig().DATA_DIR, 'cache');
for (const hasSpans of [false, true]) await loadWorkflowBundle(folder, hasSpans);
