/** A store of text files: lines are appended, files move to a folder and are locked there. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import { asObject, asText } from '../json-text.ts';
import type { Family, GoldPlan, World } from './family.ts';
import { stateOf, toolOf } from './family.ts';

const topics = ['tides', 'harbour', 'kiln', 'orchard', 'ferry', 'signal'];
const lines = [
  'The harbour is closed from noon until the evening tide.',
  'Two crates of lamp oil arrived with the second ferry.',
  'Nobody has seen the keeper of the northern signal since Monday.',
  'The lower orchard was mown and the gate repaired.',
  'Kiln number four cracked during the night shift.',
  'The survey of the eastern quay found eleven loose stones.',
];
const folders = ['archive', 'reports', 'vault'];
const path = { kind: 'text', means: 'Path of the file, folder and name.' } as const;

const tools = [
  toolOf(
    'append_line',
    'Appends one line to a file that is not locked: a line break and then the line. A locked file is refused.',
    {
      parameters: { path, line: { kind: 'text', means: 'The line, without a line break.' } },
      returns: { path: 'path of the file', characters: 'characters of the file now' },
    },
  ),
  toolOf(
    'move_file',
    'Moves a file that is not locked into another folder under the same name. A locked file, or a name that the folder has already, is refused.',
    {
      parameters: { path, folder: { kind: 'text', means: 'Name of the folder.' } },
      returns: { path: 'path of the file now' },
    },
  ),
  toolOf('lock_file', 'Locks a file: it can be neither changed nor moved any more. A locked file is refused.', {
    parameters: { path },
    returns: { path: 'path of the file', locked: 'true' },
  }),
  toolOf('folder_size', 'Adds up the characters of all files of a folder.', {
    parameters: { folder: { kind: 'text', means: 'Name of the folder.' } },
    returns: { folder: 'name of the folder', characters: 'sum over its files' },
  }),
];

function world(rng: Rng): World {
  const [topic, target] = [pick(rng, topics), pick(rng, folders)];
  const other = pick(
    rng,
    topics.filter((name) => name !== topic),
  );
  const start = between(rng, 0, lines.length - 1);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = [
    ...lines.slice(start),
    ...lines.slice(0, start),
  ];
  const twice = chance(rng, 0.5);
  const file = `drafts/${topic}.txt`;
  const wish = twice ? `the line "${first}" and then the line "${second}"` : `the line "${first}"`;
  return {
    task: `Append ${wish} to ${file}, move the file into the folder ${target}, lock it there, and tell me how many characters the files of ${target} have in all.`,
    tools,
    state_schema: stateOf({
      folders: 'By name: opened, a year.',
      files: 'By path (folder/name): text, and locked, true or false.',
    }),
    initial_state: {
      folders: Object.fromEntries(['drafts', ...folders].map((name, at) => [name, { opened: 2014 + at }])),
      files: {
        [file]: { text: third, locked: false },
        [`drafts/${other}.txt`]: { text: `${fourth}\n${fifth}`, locked: false },
        [`${target}/${other}-old.txt`]: { text: `${fifth}\n${third}`, locked: true },
      },
    },
  };
}

const request =
  /^Append the line "([^"]+)"(?: and then the line "([^"]+)")? to (\S+), move the file into the folder (\S+), lock it/;

function plan(task: string, state: JsonObject): GoldPlan | undefined {
  const match = request.exec(task);
  if (match === null) return undefined;
  const [, first = '', second, file = '', folder = ''] = match;
  const files = asObject(state['files']);
  const added = second === undefined ? [first] : [first, second];
  const text = [asText(asObject(files[file])['text']), ...added].join('\n');
  const moved = `$${added.length + 1}.path`;
  const there = Object.entries(files)
    .filter(([name]) => name.startsWith(`${folder}/`))
    .reduce((sum, [, one]) => sum + asText(asObject(one)['text']).length, 0);
  return {
    calls: [
      ...added.map((line) => ({ name: 'append_line', arguments: { path: file, line } })),
      { name: 'move_file', arguments: { path: file, folder } },
      { name: 'lock_file', arguments: { path: moved } },
      { name: 'folder_size', arguments: { folder } },
    ],
    goal: [
      { path: ['files', moved, 'text'], equals: text },
      { path: ['files', moved, 'locked'], equals: true },
      { path: ['files', file], equals: null },
    ],
    answers: [{ call: added.length + 3, answer: there + text.length }],
  };
}

const functions = `

def unlocked(path):
    file = entry("files", "path", path)
    if file["locked"]:
        fail("the file is locked")
    return file


def append_line(path, line):
    file = unlocked(path)
    if "\\n" in text("line", line):
        fail("the line holds a line break")
    file["text"] += "\\n" + line
    return {"path": path, "characters": len(file["text"])}


def move_file(path, folder):
    file = unlocked(path)
    entry("folders", "folder", folder)
    target = f"{folder}/{path.split('/')[-1]}"
    if target in STATE["files"]:
        fail("the folder has a file of this name")
    STATE["files"][target] = file
    del STATE["files"][path]
    return {"path": target}


def lock_file(path):
    file = unlocked(path)
    file["locked"] = True
    return {"path": path, "locked": True}


def folder_size(folder):
    entry("folders", "folder", folder)
    own = [file for path, file in STATE["files"].items() if path.startswith(f"{folder}/")]
    return {"folder": folder, "characters": sum(len(file["text"]) for file in own)}
`;

export const files: Family = {
  wanted: /\b(file|folder|archive|document|note|record)/i,
  mark: 'append_line',
  world,
  plan,
  functions,
  effect: '    file["text"] += "\\n" + line\n',
  check: '    entry("folders", "folder", folder)\n    own',
};
