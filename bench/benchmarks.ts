import { accept } from './accept.ts';
import type { Benchmark } from './benchmark.ts';
import { coldStart } from './cold-start.ts';
import { delay } from './delay.ts';
import { growth } from './growth.ts';
import { kafka } from './kafka.ts';
import { ladder } from './ladder.ts';
import { life, lifeWithoutDelays } from './life.ts';
import { list } from './list.ts';
import { memory } from './memory.ts';
import { openOrders } from './open-orders.ts';
import { overload } from './overload.ts';
import { overview } from './overview.ts';
import { quick } from './quick.ts';
import { read } from './read.ts';
import { storedOrders } from './stored-orders.ts';
import { stream } from './stream.ts';
import { webhook } from './webhook.ts';

/** All benchmarks by name, in the order in which they run. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  accept,
  read,
  list,
  life,
  'life-without-delays': lifeWithoutDelays,
  ladder,
  delay,
  stream,
  kafka,
  webhook,
  overload,
  'open-orders': openOrders,
  'stored-orders': storedOrders,
  memory,
  'cold-start': coldStart,
  overview,
  quick,
  growth,
};
