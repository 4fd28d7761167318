/**
 * Whoever trains by SFT (method §9): files and jobs. A job is made once per key, followed by its id, and ends with
 * weights or with the words it failed with.
 */
import type { JsonObject } from '../../domain/json.ts';
import type { IdentifiedWeights } from './backend.ts';
import type { SftRecord } from './contract.ts';

export interface SftOrder {
  /** The same key gives the same job. */
  readonly key: string;
  readonly model: string;
  /** Rows as JSONL, and its hash. */
  readonly path: string;
  readonly sha256: string;
  readonly seed: number;
  readonly hyperparameters: JsonObject;
}

export type SftJob =
  | { readonly status: 'running'; readonly step: number; readonly of: number }
  | {
      readonly status: 'succeeded';
      readonly step: number;
      readonly result: IdentifiedWeights;
      /** Absent when the service does not identify it. */
      readonly base?: IdentifiedWeights;
    }
  | { readonly status: 'failed'; readonly detail: string };

export interface SftService {
  /** Get-or-create; returns the id of the job. */
  dispatch(order: SftOrder): Promise<string>;
  read(job: string): Promise<SftJob>;
  /** Ends its work, or does nothing where it has ended; an order under the same key then goes on, or begins anew. */
  stop(job: string): Promise<void>;
  /** Loss by step and words so far, oldest first; empty where a service does not tell. */
  record(job: string): Promise<SftRecord>;
}
