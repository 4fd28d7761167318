/**
 * What a node asks (method §8.4): its sub-question with the question-answer pairs it rests on. The original looks
 * dependencies up by position in one step and by id in another; ids are 1..n here, so there is one reading.
 */
import type { Instance, InstanceNode } from '../decomposition/schema.ts';
import type { AskedQuestion } from './leak-rules.ts';

/** The node with the id; throws for an unknown one, which is a defect of the caller. */
export function nodeOf(instance: Instance, id: number): InstanceNode {
  const node = instance.nodes.find((candidate) => candidate.id === id);
  if (node === undefined) {
    const ids = instance.nodes.map((candidate) => candidate.id).join(', ');
    throw new RangeError(`instance ${instance.id} has no node ${id}; it has ${ids}`);
  }
  return node;
}

/** The sub-question and the pairs of its direct dependencies, in ascending order. */
export function askedOf(instance: Instance, id: number): AskedQuestion {
  const node = nodeOf(instance, id);
  const known = node.dependencies.map((dependency) => {
    const pair = nodeOf(instance, dependency);
    return { question: pair.subQuestion, answer: pair.answer.text };
  });
  return { question: node.subQuestion, known };
}
