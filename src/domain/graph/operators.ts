/** The operators a chain may have to pass (method §3.3), by the prompt that is blamed when an answer is missing. */

export const operatorPrompts = {
  dependency: 'trajectory/chain-dependency',
  vote: 'trajectory/chain-vote',
  back_translation: 'trajectory/query-chain',
} as const;

export type ChainOperator = keyof typeof operatorPrompts;
