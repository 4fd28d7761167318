/**
 * Whether an endpoint serves again (method §1.2): one request for one token. A refusal of the request itself, or a rate
 * limit, still shows that the endpoint works; only what closes a queue counts as ill.
 */
import type { RunId } from '../../domain/ids.ts';
import { ModelRole } from '../../domain/run/schema.ts';
import { ProviderError } from '../failures.ts';
import type { EndpointProbe } from '../gate/contract.ts';
import type { Chat } from './chat.ts';
import type { CallStore } from './contract.ts';

const timeoutSeconds = 20;
const ill: readonly ProviderError['kind'][] = ['Auth', 'Quota', 'Unavailable'];

export function createEndpointProbe(deps: { store: Pick<CallStore, 'models'>; chat: Chat }): EndpointProbe {
  return async function probe({ runId, role }) {
    try {
      // The id comes from our own notice, which was made from a RunId.
      const models = await deps.store.models(runId as RunId);
      const resolved = models.resolve(ModelRole.parse(role));
      const model = { ...resolved, timeoutSeconds: Math.min(timeoutSeconds, resolved.timeoutSeconds) };
      const messages = [{ role: 'user', content: 'Say ok.' }];
      const body = { ...model.extraBody, model: model.model, messages, max_tokens: 1, stream: false };
      await deps.chat({ model, body, signal: new AbortController().signal, attempt: 1 });
      return { healthy: true, reason: 'the endpoint answered' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { healthy: error instanceof ProviderError && !ill.includes(error.kind), reason };
    }
  };
}
