import { Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconClock, IconPackage, IconReceipt, IconTruck, IconX } from '@tabler/icons-react';
import { Moment } from '../../elements/moment.tsx';
import { sentence } from '../../elements/words.ts';
import type { OrderStatus } from './order-queries.ts';
import classes from './stepper.module.css';
import type { Step } from './steps.ts';

const ICONS: Readonly<Record<OrderStatus, typeof IconCheck>> = {
  PENDING: IconReceipt,
  PROCESSING: IconPackage,
  SHIPPED: IconTruck,
  DELIVERED: IconCheck,
  CANCELLED: IconX,
};
const LOOKS = {
  done: { color: 'teal', variant: 'light', words: 'done' },
  current: { color: 'cyan', variant: 'filled', words: 'the order is here' },
  'to come': { color: 'gray', variant: 'default', words: 'to come' },
  cancelled: { color: 'red', variant: 'light', words: 'the order ends here' },
} as const;

/** The way of an order, and where it stands on it. */
export function Stepper({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className={classes.steps} aria-label="Steps of the order">
      {steps.map(({ status, state, reachedAt, expectedAt }) => {
        const { color, variant, words } = LOOKS[state];
        const Icon = ICONS[status];
        return (
          <li
            key={status}
            className={classes.step}
            data-state={state}
            {...(reachedAt === undefined ? {} : { 'data-reached': true })}
            {...(state === 'current' ? { 'aria-current': 'step' as const } : {})}
          >
            <ThemeIcon radius="xl" size={32} color={color} variant={variant} aria-hidden>
              {state === 'to come' ? <IconClock size={16} /> : <Icon size={16} />}
            </ThemeIcon>
            <Text fw={600} size="sm">
              {sentence(status)}
              <VisuallyHidden>, {words}</VisuallyHidden>
            </Text>
            <Text size="xs" c="dimmed" component="div">
              <StepTime reachedAt={reachedAt} expectedAt={expectedAt} isCancelling={state === 'cancelled'} />
            </Text>
          </li>
        );
      })}
    </ol>
  );
}

function StepTime(step: { reachedAt: string | undefined; expectedAt: string | undefined; isCancelling: boolean }) {
  if (step.reachedAt !== undefined) return <Moment at={step.reachedAt} />;
  if (step.expectedAt !== undefined)
    return (
      <>
        about <Moment at={step.expectedAt} />
      </>
    );
  return step.isCancelling ? <>under way</> : <>–</>;
}
