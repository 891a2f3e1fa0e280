// Paths of the host's disk, of which the page knows only the text.

/** Of a full path. On Windows it begins with a drive or with two backslashes; elsewhere a backslash is a letter. */
export function separatorOf(path: string): '/' | '\\' {
  return /^([A-Za-z]:\\|\\\\)/.test(path) ? '\\' : '/'
}

/** A name in a folder, or the full path that was typed in its place. */
export function pathIn(folder: string, name: string): string {
  if (/^([/~]|[A-Za-z]:[/\\])/.test(name)) return name
  const separator = separatorOf(folder)
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`
}

/** The last name of a path. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf(separatorOf(path)) + 1)
}
