// Apart from the main entry, which a process imports before its telemetry is up.
export { KeepErrorFilter } from './keep-error.filter.js';
export { loggerModule } from './logger-module.js';
export { nestLogger } from './nest-logger.js';
