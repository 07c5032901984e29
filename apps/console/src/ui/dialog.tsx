import { useId, type ReactNode } from 'react';
import { useModal } from './use-modal.js';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that only tells or asks; what changes something is a `Confirm`. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useModal();
  const titleId = useId();
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={onClose} onClick={(event) => event.target === dialog.current && onClose()}>
      <div className="dialog-body">
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
