import { runComparisonWorker } from './comparison-worker.ts';

const activities = { nothing: () => Promise.resolve() };

/** The activities of the floor, for its workflow. */
export type FloorActivities = typeof activities;

await runComparisonWorker('floor', () => activities);
