/** Episodes of an environment with state, open while a policy is at work in one. */
import type { ObservedCall } from '../../domain/environment/call-outcome.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { StatefulEnvironment } from '../../domain/stateful/schema.ts';

/** What the calls so far made of STATE. */
export interface SeenState {
  /** SHA-256 of STATE before the first call and after each one that was made. */
  readonly stateHashes: readonly string[];
  readonly finalState: Json;
  /** Why STATE cannot be read; null when it can. */
  readonly unreadable: string | null;
}

/** One episode from the first state. Both methods fail with Sandbox.Infra when the sandbox does. */
export interface LiveEpisode {
  /** Carries a call out; after one that ran into a limit no other is. */
  call(name: string, args: JsonObject): Promise<ObservedCall>;
  look(): Promise<SeenState>;
  close(): void;
}

/** A fresh episode; nothing is started before its first call. */
export type OpenLive = (environment: Pick<StatefulEnvironment, 'code'>) => LiveEpisode;
