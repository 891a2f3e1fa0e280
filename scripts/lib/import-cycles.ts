/**
 * Files that import each other in a circle, each circle once: which of them is loaded first decides whether the others
 * find what they need.
 *
 * @param imports what each file imports; files that are no key import nothing
 * @returns for each circle its files, in alphabetical order
 */
export function importCycles(imports: ReadonlyMap<string, Iterable<string>>): readonly string[][] {
  // Tarjan: a file closes a circle when nothing below it leads to a file that was come to earlier.
  const order = new Map<string, number>()
  const earliest = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const cycles: string[][] = []
  const visit = (file: string): void => {
    const mine = order.size
    order.set(file, mine)
    open.push(file)
    isOpen.add(file)
    let low = mine
    let importsItself = false
    for (const next of imports.get(file) ?? []) {
      if (next === file) importsItself = true
      if (!order.has(next)) visit(next)
      if (isOpen.has(next)) low = Math.min(low, earliest.get(next) ?? order.get(next)!)
    }
    earliest.set(file, low)
    if (low !== mine) return
    const circle = open.splice(open.indexOf(file))
    for (const each of circle) isOpen.delete(each)
    if (circle.length > 1 || importsItself) cycles.push(circle.sort())
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return cycles
}
