/** Looking at something again and again for all who listen: one question at a time, and none while nobody listens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBell } from '../events/bell.ts';

/** What to look at, and how often. */
export interface SamplerOptions<Sample> {
  /** Never rejects. */
  readonly ask: () => Promise<Sample>;
  /** Whether a listener who knows the one need not hear of the other. */
  readonly isSame: (one: Sample, other: Sample) => boolean;
  /** From the beginning of a question to that of the next, unless it takes longer, in milliseconds. */
  readonly sampleMs: number;
  /** After so long a sample is told though it is the same, in milliseconds. */
  readonly tellMs: number;
}

/** One who listens, until the signal aborts that it began with. */
export interface Listener<Sample> {
  /** The newest sample that it has not had; undefined where there is none within `waitMs`, or when its signal aborts. */
  next(waitMs: number): Promise<Sample | undefined>;
}

/** Takes samples while somebody listens. */
export interface Sampler<Sample> {
  readonly listen: (signal: AbortSignal) => Listener<Sample>;
}

/** Makes a sampler. A slow listener misses samples and never holds more than the newest one. */
export function createSampler<Sample>(options: SamplerOptions<Sample>): Sampler<Sample> {
  const { ask, isSame, sampleMs, tellMs } = options;
  const offers = new Set<(sample: Sample) => void>();
  let told: { readonly sample: Sample; readonly at: number } | undefined;
  let isSampling = false;

  const sampleWhileHeard = async () => {
    isSampling = true;
    while (offers.size > 0) {
      const asked = performance.now();
      const sample = await ask();
      if (!told || !isSame(told.sample, sample) || asked - told.at >= tellMs) {
        told = { sample, at: asked };
        for (const offer of offers) offer(sample);
      }
      await sleep(Math.max(0, asked + sampleMs - performance.now()), undefined, { ref: false });
    }
    told = undefined;
    isSampling = false;
  };

  return {
    listen(signal) {
      const bell = createBell();
      let untold = told?.sample;
      const offer = (sample: Sample) => {
        untold = sample;
        bell.ring();
      };
      if (!signal.aborted) {
        offers.add(offer);
        signal.addEventListener('abort', () => offers.delete(offer), { once: true });
        if (!isSampling) void sampleWhileHeard();
      }
      return {
        async next(waitMs) {
          const deadline = performance.now() + waitMs;
          // A bell may have rung for a sample that was had already.
          for (
            let left = waitMs;
            untold === undefined && left > 0 && !signal.aborted;
            left = deadline - performance.now()
          )
            await bell.wait(left, signal);
          const sample = untold;
          untold = undefined;
          return sample;
        },
      };
    },
  };
}
