import { useState, type FormEvent } from 'react';
import { OPERATOR_PATTERN, setOperator, useOperator } from './operator.js';
import { Dialog } from './ui/dialog.js';

/** Asks whoever uses this browser for a name. */
export function NameDialog({ onClose }: { readonly onClose: () => void }) {
  const known = useOperator();
  const [name, setName] = useState(known);
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    setOperator(name.trim());
    onClose();
  };
  return (
    <Dialog title="Who are you?" onClose={onClose}>
      <form onSubmit={keep}>
        <p>The audit trail has this name beside everything that you change. It is kept in this browser, and believed.</p>
        <label className="field">
          Your name
          <input
            autoComplete="nickname"
            maxLength={128}
            pattern={OPERATOR_PATTERN}
            title="Letters, digits and signs of any script"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <footer>
          <button type="button" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="primary">
            Keep
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
