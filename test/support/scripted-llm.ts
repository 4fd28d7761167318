/**
 * A model that answers from a list, without a wire: keeps every question, fails on one too many and, in `done`, on
 * answers nobody asked for.
 */
import assert from 'node:assert/strict';
import type { Chat, ChatQuestion, ChatReply } from '../../src/activities/llm/chat.ts';

type Answer = string | Partial<ChatReply> | Error;
/** An answer, its text alone, or what the question fails with; a promise: when it resolves. */
export type ScriptedAnswer = Answer | Promise<Answer>;

export interface ScriptedLlm {
  readonly chat: Chat;
  readonly questions: readonly ChatQuestion[];
  done(): void;
}

export function scriptedLlm(answers: readonly ScriptedAnswer[]): ScriptedLlm {
  const questions: ChatQuestion[] = [];
  return {
    questions,
    async chat(question) {
      questions.push(question);
      const answer = await answers[questions.length - 1];
      assert.ok(answer !== undefined, `question ${questions.length} has no scripted answer`);
      if (answer instanceof Error) throw answer;
      return { ...plain(question), ...(typeof answer === 'string' ? { content: answer } : answer) };
    },
    done: () => assert.equal(questions.length, answers.length, 'questions against scripted answers'),
  };
}

function plain(question: ChatQuestion): ChatReply {
  return {
    content: '',
    reasoning: null,
    calls: [],
    finishReason: 'stop',
    usage: { promptTokens: 100, completionTokens: 20 },
    endpoint: 'model.test',
    sent: question.body,
  };
}
