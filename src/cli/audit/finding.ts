/** What an audit found wrong: one thing, where, and how it was seen. */
export interface Finding {
  readonly part:
    | 'environments'
    | 'chains'
    | 'tasks'
    | 'episodes'
    | 'ids'
    | 'ledger'
    | 'bodies'
    | 'history'
    | 'training';
  /** Id of what is wrong. */
  readonly id: string;
  readonly detail: string;
}
