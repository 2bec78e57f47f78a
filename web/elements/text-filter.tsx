import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface TextFilterProps {
  readonly label: string;
  /** What counts now; empty where absent. */
  readonly value: string | undefined;
  readonly onValue: (value: string | undefined) => void;
}

/** A text to filter by, which counts from Enter or when the field is left. Give it a `key` of its value. */
export function TextFilter({ label, value = '', onValue }: TextFilterProps) {
  const [text, setText] = useState(value);
  const apply = () => {
    const given = text.trim();
    if (given !== value) onValue(given === '' ? undefined : given);
  };
  return (
    <TextInput
      label={label}
      size="xs"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
      }}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply();
      }}
    />
  );
}
