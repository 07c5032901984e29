import { useLayoutEffect, useRef, type RefObject, type SyntheticEvent } from 'react';

interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>;
  readonly onClose: (event: SyntheticEvent<HTMLDialogElement>) => void;
}

/**
 * For a `<dialog>` that is open while it is mounted; whoever had the focus before gets it back.
 * @param onClose the user closed it, by Escape for instance
 */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  // Before it leaves the document: a dialog that is merely removed gives no focus back.
  useLayoutEffect(() => {
    const element = ref.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return {
    ref,
    // `close` is dispatched later than it is caused. After a second mount (StrictMode) the one that the first cleanup caused arrives at a
    // dialog that is open again.
    onClose: ({ currentTarget }) => {
      if (!currentTarget.open) onClose();
    },
  };
}
