import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { type ExportedFile, exportRun } from '../../activities/store/export.ts';
import { type ExportFormat, exportFiles, exportFormats } from '../../domain/export/formats.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { counted } from '../numbers.ts';
import { runId } from '../run-id.ts';
import { usualFormats } from '../usual-formats.ts';

interface ExportOptions {
  readonly to: string;
  readonly format?: string;
  readonly maskRefused?: boolean;
}

/** `astra export RUN --to DIR` */
export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .argument('<run>', 'run id')
    .requiredOption('--to <dir>', 'folder to write to')
    .option(
      '--format <list>',
      `out of ${exportFormats.join(', ')} (default: card; astra, openai-tools and stateful for environments; sft-messages and trajectories for conversations)`,
    )
    .option(
      '--mask-refused',
      'do not train on turns with a call that the judge refused (weight 0); formats without weights leave the conversation out',
    )
    .description('write the files of a run; the same run gives the same bytes')
    .action(handle(terminal, write));
}

async function write(
  context: CommandContext,
  options: ExportOptions,
  [run = '']: readonly string[],
): Promise<ExitCode> {
  const asked = options.format?.split(',').map(toFormat);
  const settings = context.settings();
  const files = await withDatabase(settings, async (pool) => {
    const formats = asked ?? (await usualFormats(pool, runId(run)));
    return exportRun(pool, runId(run), {
      to: resolve(options.to),
      formats,
      maskRefused: options.maskRefused === true,
      standIn: settings.teacher.kind === 'offline',
    });
  });
  context.output.result({ files }, exportLines(files).join('\n'));
  return exitCodes.done;
}

/** A line a file; of a package, whose programs are always the same, one for all of them. */
function exportLines(files: readonly ExportedFile[]): string[] {
  const beside = (format: ExportFormat): ExportedFile[] =>
    files.filter((file) => file.format === format && !isOwn(file));
  return files.flatMap((file) => {
    const others = beside(file.format).length;
    if (others <= mostListed || isOwn(file))
      return [
        `${file.path}  ${contentOf(file)}${isOwn(file) && others > mostListed ? `, and ${others} files of its package` : ''}`,
      ];
    return [];
  });
}

/** Files beside a format's own that are named one by one. */
const mostListed = 3;

/** The file of the rows, not one that lies beside it. */
function isOwn({ path, format }: ExportedFile): boolean {
  return basename(path) === basename(exportFiles[format]);
}

function contentOf(file: ExportedFile): string {
  const { format, rows, leftOut } = file;
  if (format === 'card') return 'card';
  if (!isOwn(file)) return `for ${format}`;
  return leftOut === 0 ? counted(rows, 'row') : `${counted(rows, 'row')}, ${leftOut} left out`;
}

function toFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text.trim());
  if (format !== undefined) return format;
  throw new InputError(`--format: got ${text}; expected some of ${exportFormats.join(', ')}. Correct it.`);
}
