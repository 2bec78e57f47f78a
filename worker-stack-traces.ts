import { setFlagsFromString } from 'node:v8';

/**
 * Stack traces within workflows have one frame from now on: where an error was made. The SDK takes one for each promise of
 * a workflow, for the query `__stack_trace`, and follows each frame through the source map: a quarter of what a workflow
 * costs (docs/decisions/0020-stack-traces-of-workflows-are-short.md). Call it before the worker is made; contexts that exist
 * already, such as that of activities, keep their traces.
 */
export function shortenWorkflowStackTraces(): void {
  setFlagsFromString('--stack-trace-limit=1');
}
