import { Component, type ReactNode } from 'react';
import { Trouble } from './notice.js';

interface State {
  readonly error: unknown;
}

/** A page that fails leaves the others usable. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <Trouble error={this.state.error}>
        <p>mailctl and the HTTP API show the same.</p>
      </Trouble>
    );
  }
}
