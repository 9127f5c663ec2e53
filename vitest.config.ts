import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Two at once, also on a machine of two cores: much of a test is waiting for processes and disks.
    maxWorkers: '100%',
    // Tests start real processes and real git.
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
