import { useLayoutEffect, useRef, type RefObject } from 'react';

/** A dialog that is open for as long as it is there; whoever had the focus before has it afterwards. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the document: a dialog that is merely removed gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return dialog;
}
