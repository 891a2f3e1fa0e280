const numbers = new Intl.NumberFormat('en-US')

/** `12,345`. Thousands are written for one picture, and a formatter made for each takes longer than all else. */
export function grouped(count: number): string {
  return count < 1000 && Number.isInteger(count) ? String(count) : numbers.format(count)
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}
