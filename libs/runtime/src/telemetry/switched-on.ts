/** What is exported, as `startTelemetry` found it. While a signal is off, nothing may be made for it. */
export const switchedOn = { traces: false, metrics: false };
