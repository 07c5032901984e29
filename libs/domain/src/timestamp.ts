const RFC_3339 =
  /^([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/;

/**
 * A point in time as RFC 3339 writes it, zone included, in its normal form: UTC with milliseconds, `2026-01-02T03:04:05.000Z`.
 * What is finer than 1 ms is cut off. `null` for anything else: a day that its month does not have, a leap second, a time
 * outside the years 1 to 9999 in UTC.
 */
export function normalTimestamp(text: string): string | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const day = Number(match[3]);
  // Date rolls over to the next month instead of refusing.
  if (day === 0 || day > daysOfMonth(Number(match[1]), Number(match[2]))) return null;
  const time = new Date(text.toUpperCase());
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time.toISOString() : null;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
