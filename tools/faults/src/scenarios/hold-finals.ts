import type { FaultSink } from '../world/fault-sink.ts';

export interface HeldFinals {
  /** Mails that are out, and wait for their answer. */
  readonly held: number;
  /** Answers 250 to all, and to whatever comes. */
  release(): void;
}

/** Has the SMTP server take mails whole, and not answer before `release`. */
export function holdFinals(sink: FaultSink): HeldFinals {
  const { promise, resolve } = Promise.withResolvers<null>();
  let held = 0;
  sink.behave({
    final() {
      held += 1;
      return promise;
    },
  });
  return {
    get held() {
      return held;
    },
    release() {
      sink.behave({});
      resolve(null);
    },
  };
}
