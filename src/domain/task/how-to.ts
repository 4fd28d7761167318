/**
 * Whether a question asks how something is done instead of asking for it to be done (method §4.2). Judged by its opening
 * alone, per language: "how many" and "how long" are orders like any other, and a language without an entry never fails.
 */

const openings: readonly RegExp[] = [
  /^(?:how (?:do|can|to|would|should|could|does one)\b|what (?:is|are|'s) the (?:\w+ )?(?:steps?|way|procedure) (?:to|for|of)\b|what steps\b)/iu,
  /^(?:(?:please|could you|can you|would you) )*(?:explain|tell me|show me|teach me|describe|walk me through) (?:to me )?(?:how (?!many|much|long|often|far|old|big|well)|the steps\b)/iu,
  /^(?:(?:please|could you|can you|would you) )*give me (?:the )?(?:steps|instructions|a tutorial)\b/iu,
  /^(?:请问)?(?:我(?:该|应该|要)?)?(?:如何|怎么|怎样|该怎么)(?!多|长)/u,
  /^请?(?:你)?(?:告诉我|教我|教教我|解释|说明|介绍)(?:一下)?(?:如何|怎么|怎样|.{0,12}的(?:步骤|方法))/u,
  /^(?:comment (?:puis-je|faire|peut-on|dois-je|est-ce que je))/iu,
  /^¿?cómo (?:puedo|se|hago|debo|podría)/iu,
  /^(?:wie (?:kann|mache|muss|soll|geht|lässt))/iu,
  /^como (?:posso|faço|eu|devo)/iu,
  /^как (?:мне|можно|сделать|я могу)/iu,
  /^(?:どうやって|どのように|どうすれば)/u,
  /^어떻게/u,
];

/** True for an opening that asks for instructions. */
export function asksHow(question: string): boolean {
  const opening = question.trimStart();
  return openings.some((pattern) => pattern.test(opening));
}
