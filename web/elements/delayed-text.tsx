import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const DELAY_MS = 300;

interface DelayedTextProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  readonly value: string;
  /** Called with the text trimmed when nothing has been typed for a moment, at Enter, and when the field is left. */
  readonly onText: (text: string) => void;
}

/** A text field whose text is taken when the typing rests, so that not every letter asks the server. */
export function DelayedText({ value, onText, ...props }: DelayedTextProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // What was told from here comes back later; it must not undo what has been typed since.
    if (value !== told) {
      setTyped(value);
      setTold(value);
    }
  }
  const tell = (text: string) => {
    if (text.trim() === told) return;
    setTold(text.trim());
    onText(text.trim());
  };
  const tellSoon = useDebouncedCallback(tell, DELAY_MS);
  return (
    <TextInput
      {...props}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tellSoon(currentTarget.value);
      }}
      onBlur={() => {
        tell(typed);
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter') tell(typed);
      }}
    />
  );
}
