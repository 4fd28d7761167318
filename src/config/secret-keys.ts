/**
 * Secrets in files (ours): a key with a secret's name, or an address with a password, is refused before anything reads it.
 * Not covered: a secret under a harmless name.
 */

const secretName =
  /^(api[-_]?key|access[-_]?key|key|secret|client[-_]?secret|password|passwd|authorization|bearer|(access|auth|api)?[-_]?token)$/i;

/** Paths of values that look like secrets, in file order; the values themselves are never returned. */
export function secretPaths(value: unknown, path: readonly (string | number)[] = []): readonly (string | number)[][] {
  if (typeof value === 'string') return hasCredentials(value) ? [[...path]] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => secretPaths(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretName.test(key) ? [[...path, key]] : secretPaths(item, [...path, key]),
  );
}

function hasCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}
