import { createVerification } from '../../api/verification.ts';
import type { Check, Finding } from '../check.ts';
import type { Scene } from '../scene.ts';

const PAGE = 500;

/** Whether the rows of an order say what its events add up to. */
export const rows: Check = {
  name: 'rows',
  compares: 'the rows of each order with the fold of its events in the log',
  needs: ['postgres'],
  isByOrder: true,
  async *find(scene, orderIds) {
    const { verify } = createVerification(scene);
    if (orderIds) {
      for (const orderId of orderIds) {
        const page = await verify({ orderId, actor: scene.actor });
        yield* page.findings.flatMap((finding) => tell(scene, finding));
      }
      return;
    }
    for (let after: string | undefined = ''; after !== undefined;) {
      const page = await verify({ ...(after && { after }), limit: PAGE, actor: scene.actor });
      yield* page.findings.flatMap((finding) => tell(scene, finding));
      after = page.next;
    }
  },
};

type Wrong = Awaited<ReturnType<ReturnType<typeof createVerification>['verify']>>['findings'][number];

function tell(scene: Scene, { orderId, fault, differences }: Wrong): Finding[] {
  if (fault !== undefined)
    return [
      {
        key: orderId,
        orderId,
        found: `The log cannot tell how it should stand: ${fault}.`,
        means:
          'The log was written to by hand, or was restored only in part. Everything that follows the log is in doubt.',
        remedy: 'Restore the database from a backup; the log is never repaired.',
      },
    ];
  const told = differences
    .map(({ field, before, after }) => `${field} is ${value(before)}, the log says ${value(after)}`)
    .join('; ');
  return [
    {
      key: `${orderId} ${told}`,
      orderId,
      found: `Its rows differ from its log: ${told}.`,
      means: 'Somebody changed the row by hand. Lists and reports show what did not happen; the log is what happened.',
      remedy: 'The rows are set to what the log says, with an entry in the audit; the stock is not touched.',
      repair: () => createVerification(scene).verify({ orderId, repair: true, actor: scene.actor }),
    },
  ];
}

function value(of: unknown): string {
  return of === undefined || of === null ? 'absent' : JSON.stringify(of);
}
