import { useMutation } from '@tanstack/react-query';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { newIdempotencyKey } from '../api/ask.js';
import { Unreachable } from '../api/problem.js';
import { askAgain } from '../api/use-answer.js';
import { OPERATOR_PATTERN, setOperator, useOperator } from '../operator.js';
import { Trouble } from './notice.js';
import { useModal } from './use-modal.js';

/** Of a dialog: the same key however often it is tried from there, so that two clicks make one mail. */
export interface Order {
  readonly operator: string;
  readonly idempotencyKey: string;
}

interface ConfirmProps<Result> {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly act: string;
  readonly isDangerous?: boolean;
  readonly order: (order: Order) => Promise<Result>;
  /** What has happened. */
  readonly done: (result: Result) => ReactNode;
  readonly onClose: () => void;
}

/** Says what will happen, asks who wants it, does it, and says what has happened. */
export function Confirm<Result>({ title, children, act, isDangerous = false, order, done, onClose }: ConfirmProps<Result>) {
  const modal = useModal(onClose);
  const titleId = useId();
  const known = useOperator();
  const [name, setName] = useState(known);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const { mutate, data, error, isPending, isSuccess } = useMutation({ mutationFn: order, onSettled: () => void askAgain() });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const operator = name.trim();
    setOperator(operator);
    mutate({ operator, idempotencyKey });
  };
  return (
    <dialog {...modal} aria-labelledby={titleId} onClick={(event) => event.target === event.currentTarget && !isPending && onClose()}>
      <form onSubmit={submit}>
        <h2 id={titleId}>{title}</h2>
        {isSuccess ? (
          <div role="status">{done(data)}</div>
        ) : (
          <>
            {children}
            <label className="field">
              Your name, for the audit trail
              <input
                name="operator"
                autoComplete="nickname"
                required
                maxLength={128}
                pattern={OPERATOR_PATTERN}
                title="Letters, digits and signs of any script"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            {error !== null && (
              <Trouble error={error}>
                {error instanceof Unreachable && <p>Whether it was done is not known. Trying again from here does it once at most.</p>}
              </Trouble>
            )}
          </>
        )}
        <footer>
          <button key={isSuccess ? 'close' : 'back'} type="button" autoFocus={isSuccess} onClick={onClose}>
            {isSuccess ? 'Close' : 'Back'}
          </button>
          {!isSuccess && (
            <button type="submit" className={isDangerous ? 'danger' : 'primary'} disabled={isPending}>
              {isPending ? 'One moment…' : act}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
