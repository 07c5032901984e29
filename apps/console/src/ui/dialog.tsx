import { useId, type ReactNode } from 'react';
import { useModal } from './use-modal.js';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that only tells or asks; what changes something is a `Confirm`. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const modal = useModal(onClose);
  const titleId = useId();
  return (
    <dialog {...modal} aria-labelledby={titleId} onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div className="dialog-body">
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
