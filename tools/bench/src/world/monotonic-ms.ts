/** The system's monotonic clock, in ms: the same for every process of the machine, so that times of several can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
