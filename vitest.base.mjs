import { defineConfig } from 'vitest/config';

// Shared by every project: specs run against the sources of the libraries, so that no build comes first.
export default defineConfig({
  resolve: { conditions: ['@mail/source'] },
  ssr: { resolve: { conditions: ['@mail/source'], externalConditions: ['@mail/source'] } },
  test: {
    include: ['src/**/*.spec.ts'],
    environment: 'node',
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
