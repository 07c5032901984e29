/** Keywords of ours in a variables schema. */
export const VARIABLE_KEYWORDS = ['x-secret', 'x-multiline'] as const;

/** Formats that a string variable may have. */
export const VARIABLE_FORMATS = ['uri', 'email', 'date', 'time', 'date-time', 'duration', 'uuid', 'hostname', 'ipv4', 'ipv6'] as const;
