import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

/** Scripts of users rest on these names: a change of a line is a decision, not an accident. */
const surface = `
demo
up --roles <list> --trainer
down
worker --role <list>
run [config] --run <id> --stages <list> --detach
status [run] --watch
list
pause <run>
resume <run> --note <text> --max-cost <amount> --max-tokens <count>
cancel <run>
approve <run> <gate>
reject <run> <gate> --reason <text>
retry <run> --only <outcome> --rule <name> --max-cost <amount> --max-tokens <n>
export <run> --to <dir> --format <list> --mask-refused
explain <id>
audit <run>
verify environments <file> --skip-invalid
verify decompositions <file> --skip-invalid --min-hops <number> --max-hops <number>
judge decompositions <file> --skip-invalid
judge trajectories <file> --skip-invalid --repeats <number>
reward --environments <file> --trajectories <file> --skip-invalid
eval [run] --policy <name> --repeats <k> --greedy --benchmark <name> --endpoint <url> --model <name> --categories <list> --entries <n> --temperature <t> --threads <n> --max-tokens <n> --continue
sandbox call --source <file> --fn <name> --args <json>
sandbox doctor
sandbox serve --port <number> --host <address>
graph build [source] --run <id> --detach
graph show <source> --server <name> --min-tools <n> --skip-invalid --edges
graph sample <source> --server <name> --min-tools <n> --skip-invalid --seed <text> --walks <n> --min <n> --max <n> --cap <n>
graph drift <run> --server <name>
forecast [config]
doctor
migrate
config schema
config check [file]
teacher serve [flags...] --port <number>
`;

describe('the command line', () => {
  const program = createProgram({
    stdout: process.stdout,
    stderr: process.stderr,
    interrupted: new AbortController().signal,
    finish: () => undefined,
  });

  it('has these commands, arguments and options', () => {
    assert.equal(`\n${program.commands.flatMap((command) => lines(command, '')).join('\n')}\n`, surface);
  });

  it('has these global options', () => {
    assert.deepEqual(
      program.options.map(({ flags }) => flags),
      ['-V, --version', '--json', '--home <dir>', '--config <file>'],
    );
  });

  it('describes every command and option', () => {
    const all = program.commands.flatMap((command) => [command, ...command.commands]);

    for (const command of all) {
      assert.notEqual(command.description(), '', command.name());
      for (const { flags, description } of command.options) assert.notEqual(description, '', flags);
    }
  });
});

function lines(command: Command, before: string): readonly string[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => lines(child, `${name} `));
  const args = command.registeredArguments.map((argument) => {
    const label = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${label}>` : `[${label}]`;
  });
  return [[name, ...args, ...command.options.map(({ flags }) => flags)].join(' ')];
}
