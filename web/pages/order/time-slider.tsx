import { Box, Slider, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { formatMoment } from '../../elements/moment.tsx';
import type { HistoryEvent } from './order-queries.ts';

interface TimeSliderProps {
  readonly events: readonly HistoryEvent[];
  /** The version that is shown. */
  readonly version: number;
  readonly onVersion: (version: number) => void;
}

/** Who slides past a version does not want to see it. */
const SETTLED_AFTER_MS = 120;

/** Moves through the versions of the order, with the arrow keys too. */
export function TimeSlider({ events, version, onVersion }: TimeSliderProps) {
  // Where the thumb is, until the page is there too.
  const [wanted, setWanted] = useState<number>();
  const settle = useDebouncedCallback(onVersion, SETTLED_AFTER_MS);
  if (wanted === version) setWanted(undefined);
  const last = events.length;
  if (last < 2) return null;
  const place = wanted ?? version;
  const tell = (of: number) => {
    const event = events[of - 1];
    return event ? `Version ${of} of ${last}, ${formatMoment(new Date(event.occurred_at))}` : `Version ${of}`;
  };
  return (
    <Box>
      <Text size="sm" mb={4}>
        {tell(place)}
      </Text>
      <Slider
        min={1}
        max={last}
        step={1}
        value={place}
        onChange={(of) => {
          setWanted(of);
          settle(of);
        }}
        label={null}
        thumbSize={24}
        thumbLabel="Version of the order"
        thumbValueText={tell}
        {...(last <= 40 ? { marks: events.map((event) => ({ value: event.version })) } : {})}
      />
    </Box>
  );
}
