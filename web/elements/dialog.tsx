import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A dialog that is open as long as it is drawn. Afterwards the focus is where it was, or at the page where that is gone. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const [before] = useState(() => document.activeElement);
  // A modal gives the focus back when it is closed, not when it is gone.
  useEffect(
    () => () => {
      const place = before?.isConnected ? before : document.getElementById('main');
      if (place instanceof HTMLElement) place.focus({ preventScroll: true });
    },
    [before],
  );
  return <Modal opened closeButtonProps={{ 'aria-label': 'Close' }} {...props} />;
}
