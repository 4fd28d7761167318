/** Free text as a Postgres text column can hold it: without NUL and without half a surrogate pair. */
export function columnText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}
