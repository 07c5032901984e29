/** What each step costs, as it was measured; docs/scaling.md says where and how. */
export interface ServiceTimes {
  /** Processor time of each process for one mail, in µs. */
  readonly consumerUs: number;
  readonly intakeUs: number;
  readonly workerUs: number;
  readonly postgres: {
    /** Of every statement, whatever it does, in µs; and for each mail that it accepts, claims, takes or records. */
    readonly statementUs: number;
    readonly acceptUs: number;
    readonly claimUs: number;
    readonly takeUs: number;
    readonly recordUs: number;
    /** Until a commit is on disk, in ms. */
    readonly commitMs: number;
  };
  /** How long the SMTP server took for single mails, in ms; one is drawn for each attempt. */
  readonly smtpMs: readonly number[];
}

/** What a provider far away does: half within 80 ms, a tenth above 180 ms, one in fifty above half a second. */
const PROVIDER_MS = [
  48, 51, 54, 56, 58, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 82, 84, 86, 88, 90, 93, 96, 99,
  102, 106, 110, 115, 120, 126, 132, 139, 147, 156, 166, 185, 215, 270, 390, 620,
];

/**
 * Processes and PostgreSQL as measured by `npm run bench -- --only b,c,i` and pg_stat_statements, rounded up, on two cores with little else to
 * do. Assumed, in the order of what was seen: `statementUs`, `commitMs`, and what SMTP takes.
 */
export const MEASURED: ServiceTimes = {
  consumerUs: 130,
  intakeUs: 280,
  workerUs: 300,
  postgres: { statementUs: 100, acceptUs: 150, claimUs: 40, takeUs: 60, recordUs: 110, commitMs: 1.5 },
  smtpMs: PROVIDER_MS,
};
