import { Group, Progress, Text } from '@mantine/core';

const figures = new Intl.NumberFormat();

/** How what is on the shelf is shared out: what can be reserved, and what belongs to open orders. */
export function StockBar({ available, reserved }: { available: number; reserved: number }) {
  const shelf = available + reserved;
  const share = (part: number) => (shelf === 0 ? 0 : (100 * part) / shelf);
  return (
    <>
      <Progress.Root
        size={16}
        role="img"
        aria-label={`${figures.format(available)} available and ${figures.format(reserved)} reserved of ${figures.format(shelf)} on the shelf`}
      >
        <Progress.Section value={share(available)} color="teal.7" aria-hidden />
        <Progress.Section value={share(reserved)} color="yellow.6" aria-hidden />
      </Progress.Root>
      <Group justify="space-between" mt={4} mb="md">
        <Text size="sm">{figures.format(available)} available</Text>
        <Text size="sm">{figures.format(reserved)} reserved for open orders</Text>
        <Text size="sm" c="dimmed">
          {figures.format(shelf)} on the shelf
        </Text>
      </Group>
    </>
  );
}
