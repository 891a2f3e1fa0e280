/** 8 ms, 1.2 s, 2 min 5 s. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** 512 bytes, 12.3 kB, 4.0 MB: decimal, as disks are measured. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(1)} ${units[unit]!}`
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** Permission bits as `ls -l` shows them. */
export function modeText(mode: number, kind: 'file' | 'folder' | 'symlink'): string {
  const letters = [...'rwxrwxrwx'].map((letter, n) => (mode & (0o400 >> n) ? letter : '-'))
  return { file: '-', folder: 'd', symlink: 'l' }[kind] + letters.join('')
}
