/** RESULTS.md: one section per bench, and below a section's measurements the notes that people wrote. */

const top = `# Measurements

Written by \`npm run bench\`. Absolute times belong to one machine under one load; ratios are taken within one run and travel better.
A section is replaced when its bench runs again; what stands below its line "Notes:" is kept.
`;

const notesLine = '\nNotes:\n';

/** The file with this section in the place of the earlier one of that name, or at the end; earlier notes stay. */
export function putSection(file: string, name: string, section: string): string {
  const [, ...sections] = file.split(/^(?=## )/m);
  const place = sections.findIndex((one) => one.startsWith(`## ${name}\n`));
  const old = sections[place] ?? '';
  const notes = old.includes(notesLine) ? old.slice(old.indexOf(notesLine)).trimEnd() : '';
  const body = `${section}\n${notes === '' ? '' : `${notes}\n`}`;
  const kept = sections.map((one) => `${one.trimEnd()}\n`);
  const all = place < 0 ? [...kept, body] : kept.with(place, body);
  return [top, ...all].join('\n');
}
