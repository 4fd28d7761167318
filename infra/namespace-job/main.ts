/** One-shot job: namespace, retention and search attributes on the Temporal server that TEMPORAL_* names. */
import { outsideParts, prepareOutsideTemporal } from '../stack-environment.ts';

const { temporal } = outsideParts(process.env);
if (temporal === undefined) {
  console.error('set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE) to the server that is to be prepared');
  process.exitCode = 2;
} else {
  await prepareOutsideTemporal(process.env, (line) => console.error(line));
  console.error(`Temporal at ${temporal.address} is ready, namespace ${temporal.namespace}`);
}
