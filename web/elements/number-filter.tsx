import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { amountIn } from './search-values.ts';

const DELAY_MS = 300;

interface NumberFilterProps extends Omit<NumberInputProps, 'value' | 'onChange'> {
  readonly value: number | undefined;
  /** Called when nothing has been typed for a moment. */
  readonly onNumber: (value: number | undefined) => void;
}

/** A number of 0 or more to filter by, or none; it is taken when the typing rests. */
export function NumberFilter({ value, onNumber, ...props }: NumberFilterProps) {
  const [typed, setTyped] = useState<number | string>(value ?? '');
  const tell = useDebouncedCallback(onNumber, DELAY_MS);
  // Another address may hold another value; what is being typed stays where it means the same.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (amountIn(typed) !== value) setTyped(value ?? '');
  }
  return (
    <NumberInput
      min={0}
      hideControls
      {...props}
      value={typed}
      onChange={(next) => {
        setTyped(next);
        tell(amountIn(next));
      }}
    />
  );
}
