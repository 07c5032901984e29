import { SMTP_PHASES, type SmtpPhase } from '@mail/domain';

const INDEX = Object.fromEntries(SMTP_PHASES.map((phase, index) => [phase, index])) as Readonly<Record<SmtpPhase, number>>;

/** When an attempt entered which phase of the dialogue: two numbers a phase, of which nothing is made before somebody asks. */
export class PhaseTimes {
  /** In turn the index of a phase and the time of its beginning, by `performance.now()`. */
  readonly #marks: number[] = [];
  #endedAtMs = 0;

  /** Ends the phase before. One may be entered again: EHLO is said anew after STARTTLS. */
  enter(phase: SmtpPhase): void {
    this.#marks.push(INDEX[phase], performance.now());
  }

  end(): void {
    this.#endedAtMs = performance.now();
  }

  /** Tells each phase as often as it was entered, in order: when that was, by `performance.now()`, and how long it took. */
  forEach(tell: (phase: SmtpPhase, enteredAtMs: number, tookMs: number) => void): void {
    const marks = this.#marks;
    for (let at = 0; at < marks.length; at += 2) {
      const [phase, enteredAtMs] = [SMTP_PHASES[marks[at] ?? 0], marks[at + 1]];
      if (phase !== undefined && enteredAtMs !== undefined) tell(phase, enteredAtMs, (marks[at + 3] ?? this.#endedAtMs) - enteredAtMs);
    }
  }
}
