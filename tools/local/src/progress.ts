export interface Progress {
  /** Runs a step, showing its title with the time it takes; `note` changes what is shown beside it. */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
  /** Says no more of the steps under way: they fail because of what ends the command. */
  abandonSteps(): void;
  /** A line of its own. */
  line(text?: string): void;
  /** A line that replaces itself on a terminal; elsewhere it is printed at most every 10 s. */
  status(text: string): void;
}

const SILENCE_MS = 10_000;

/** Progress for a terminal (one line that counts) or for a log (a line a step, and one every 10 s of silence). */
export function progressOn(out: NodeJS.WriteStream): Progress {
  const live = out.isTTY === true;
  let lastMs = performance.now();
  let transient = false;
  /** What is under way: steps may run side by side. */
  const active = new Map<symbol, string>();
  const clear = (): void => {
    if (transient) out.write('\r\u001b[2K');
    transient = false;
  };
  const line = (text = ''): void => {
    clear();
    out.write(`${text}\n`);
    lastMs = performance.now();
  };
  const status = (text: string): void => {
    if (live) {
      clear();
      out.write(text.slice(0, out.columns - 1));
      transient = true;
    } else if (performance.now() - lastMs >= SILENCE_MS) {
      line(text);
    }
  };
  return {
    line,
    status,
    abandonSteps: () => active.clear(),
    async step(title, work) {
      const startedMs = performance.now();
      const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
      let noted = '';
      const id = Symbol(title);
      active.set(id, title);
      const show = (): void => {
        if (!active.has(id)) return;
        active.set(id, `${title}${noted === '' ? '' : `: ${noted}`} (${seconds()})`);
        status(`… ${[...active.values()].join(' · ')}`);
      };
      const ticking = setInterval(show, live ? 200 : 1000);
      show();
      try {
        const result = await work((text) => {
          noted = text;
          show();
        });
        if (active.delete(id)) line(`✓ ${title}${noted === '' ? '' : `: ${noted}`} (${seconds()})`);
        return result;
      } catch (error) {
        if (active.delete(id)) line(`✗ ${title} (${seconds()})`);
        throw error;
      } finally {
        clearInterval(ticking);
      }
    },
  };
}
