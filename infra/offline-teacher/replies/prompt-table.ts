/** Who writes the reply to which prompt. */

import { emulate } from '../emulation/emulate.ts';
import { toolOutput } from '../emulation/tool-output.ts';
import { augment } from '../tasks/augment.ts';
import { score, withoutTools } from '../tasks/judge-task.ts';
import { userScript } from '../tasks/user-script.ts';
import { writeFree, writePlan } from '../tasks/write-task.ts';
import type { ReplyWriter } from './context.ts';
import { decompose } from './decompose.ts';
import { intentClusters } from './intent-clusters.ts';
import { atomicity, completeness, dependency, necessity, serialization } from './judgements.ts';
import { simulatedUser } from './simulated-user.ts';
import { design, implementation, plan } from './stateful.ts';
import { chainDependency, chainProposal, chainQuery, chainVote, queryChain } from './tool-chains.ts';
import { mergeImplementation, toolCall, toolComplexity, toolDocument, toolImplementation } from './tools.ts';
import { judgeAnswer, judgeCalls, judgeQuery, judgeStep } from './trajectory-judges.ts';

export const PROMPTS: { readonly [id: string]: ReplyWriter } = {
  'decomposition/decompose': decompose,
  'decomposition/necessity': necessity,
  'decomposition/dependency': dependency,
  'decomposition/atomicity': atomicity,
  'decomposition/serialization': serialization,
  'decomposition/completeness': completeness,
  'environment/tool-document': toolDocument,
  'environment/tool-complexity': toolComplexity,
  'environment/tool-call': toolCall,
  'environment/tool-implementation': toolImplementation,
  'environment/intent-clusters': intentClusters,
  'environment/merge-implementation': mergeImplementation,
  'stateful/design': design,
  'stateful/plan': plan,
  'stateful/implementation': implementation,
  'trajectory/chain-proposal': chainProposal,
  'trajectory/chain-dependency': chainDependency,
  'trajectory/chain-vote': chainVote,
  'trajectory/chain-query': chainQuery,
  'trajectory/query-chain': queryChain,
  'trajectory/tool-output': toolOutput,
  'trajectory/emulate': emulate,
  'trajectory/user': simulatedUser,
  'trajectory/judge-query': judgeQuery,
  'trajectory/judge-calls': judgeCalls,
  'trajectory/judge-step': judgeStep,
  'trajectory/judge-answer': judgeAnswer,
  'task/plan': writePlan,
  'task/free': writeFree,
  'task/augment': augment,
  'task/score': score,
  'task/without-tools': withoutTools,
  'task/user-script': userScript,
};

/** The prompt id behind a schema title: the first "_" stands for "/". Undefined for any other title. */
export function promptOf(title: string): string | undefined {
  const id = title.replace('_', '/');
  return Object.hasOwn(PROMPTS, id) ? id : undefined;
}
