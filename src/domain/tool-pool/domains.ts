/**
 * Which of the paper's domains a server belongs to (method §2, preparation 4): the file's own word when it has one, else
 * the words of its tools against a fixed list. A model may be asked instead once one is worth its price: callers only
 * see the name.
 */
import type { PoolTool } from './schema.ts';
import { singular, wordsOf } from './tool-name.ts';

/** Domain of servers that no list below recognises. */
export const unassignedDomain = 'unassigned';

const wordsByDomain: Readonly<Record<string, readonly string[]>> = {
  files: ['file', 'directory', 'folder', 'path', 'document', 'spreadsheet', 'worksheet', 'slide', 'paragraph'],
  data: ['sql', 'query', 'table', 'column', 'database', 'row', 'csv', 'dataset', 'schema'],
  mathematics: ['integral', 'matrix', 'equation', 'prime', 'derivative', 'polynomial', 'calculate', 'sum', 'variance'],
  finance: ['loan', 'interest', 'price', 'budget', 'invoice', 'payment', 'stock', 'portfolio', 'account', 'tax'],
  planning: ['task', 'todo', 'project', 'milestone', 'board', 'card', 'deadline', 'calendar', 'event', 'schedule'],
  software: ['git', 'commit', 'branch', 'repository', 'issue', 'code', 'build', 'deploy', 'container'],
  travel: ['flight', 'hotel', 'airport', 'booking', 'route', 'train', 'trip', 'weather', 'map', 'city'],
  commerce: ['order', 'product', 'cart', 'customer', 'shipment', 'inventory', 'refund', 'store'],
  health: ['patient', 'dose', 'clinical', 'symptom', 'medication', 'diagnosis', 'weight'],
  knowledge: ['entity', 'relation', 'graph', 'article', 'search', 'note', 'memory', 'wiki'],
  games: ['game', 'move', 'board', 'player', 'chess', 'story', 'character', 'quest'],
  communication: ['message', 'mail', 'email', 'channel', 'contact', 'chat', 'user', 'notification'],
};

/** The given domain, else the one whose words the tools' names and descriptions use most; ties go to the earlier one. */
export function assignDomain(given: string | null, tools: readonly PoolTool[]): string {
  if (given !== null) return given;
  const counts = new Map<string, number>();
  for (const { name, description } of tools) {
    // A name says more than a sentence about it.
    for (const word of [...wordsOf(name), ...wordsOf(name), ...wordsOf(description)]) {
      counts.set(singular(word), (counts.get(singular(word)) ?? 0) + 1);
    }
  }
  const scores = Object.entries(wordsByDomain).map(([domain, words]) => ({
    domain,
    score: words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0),
  }));
  const best = scores.reduce((top, one) => (one.score > top.score ? one : top), { domain: unassignedDomain, score: 0 });
  return best.domain;
}
