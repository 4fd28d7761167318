/** Root hooks of the full mocha run: servers start when a test first asks, and never outlive the run. */
import { stopTestPostgres } from './postgres.ts';
import { stopTestTemporal } from './temporal.ts';

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(60_000);
    await Promise.all([stopTestTemporal(), stopTestPostgres()]);
  },
};
