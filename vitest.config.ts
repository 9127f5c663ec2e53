import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Tests start real processes and real git; two cores are what a small machine has.
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
