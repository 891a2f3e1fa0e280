/**
 * What the outputs in a `.kextant` are. Each kind has its usual place in the ZIP; the true name of a plane
 * stands in the manifest, since a guest may call its planes what no file can be called.
 */
export const outputKinds = [
  /** `ioreg -l -d1 -w0`: the root alone, which names the planes. */
  'root',
  /** `ioreg -a -l -p PLANE` */
  'archive',
  /** `ioreg -i -w0 -p PLANE`: node lines, over the archive of the same plane. */
  'headers',
  /** `ioreg -l -i -w0 -p PLANE`, of guests without a whole archive. */
  'text',
  'kextstat',
  'kmutil-showloaded',
  'ioclasscount',
  'dmesg',
  /** One tar of the Info.plists of all installed kexts. */
  'info-plists',
  /** A tar of the gzipped personalities that were sent to the kernel at boot. */
  'boot-personalities',
  'uname',
  'sw_vers',
  'sysctl',
  /** A file that was opened in place of a guest, as it was: of any format that Kextant reads. */
  'dump',
] as const
export type OutputKind = (typeof outputKinds)[number]

const fixedPlaces = {
  root: 'root.txt',
  kextstat: 'kextstat.txt',
  'kmutil-showloaded': 'kmutil-showloaded.txt',
  ioclasscount: 'ioclasscount.txt',
  dmesg: 'dmesg.txt',
  'info-plists': 'info-plists.tar',
  'boot-personalities': 'boot-personalities.tar',
  uname: 'uname.txt',
  sw_vers: 'sw_vers.txt',
  sysctl: 'sysctl.txt',
} as const satisfies Partial<Record<OutputKind, string>>

const planeEndings = { archive: '.plist', headers: '.headers.txt', text: '.txt' } as const

export function isOutputKind(kind: string): kind is OutputKind {
  return (outputKinds as readonly string[]).includes(kind)
}

/**
 * Where an output goes in the ZIP, beside those that have their places already.
 * @param name the plane's, or the file's for a dump
 */
export function placeOf(kind: OutputKind, name: string, taken: Iterable<string>): string {
  if (kind in fixedPlaces) return free(fixedPlaces[kind as keyof typeof fixedPlaces], '', taken)
  if (kind === 'dump') return free(`dump/${safe(name)}`, '', taken)
  return free(`planes/${safe(name)}`, planeEndings[kind as keyof typeof planeEndings], taken)
}

/** The kind of an output by its usual place, and its plane by the file's name; null for any other place. */
export function kindOfPlace(path: string): { kind: OutputKind; plane?: string } | null {
  const fixed = Object.entries(fixedPlaces).find(([, place]) => place === path)
  if (fixed) return { kind: fixed[0] as OutputKind }
  if (path.startsWith('dump/')) return { kind: 'dump' }
  // The longer ending first: `.headers.txt` ends in `.txt`.
  for (const kind of ['archive', 'headers', 'text'] as const) {
    const ending = planeEndings[kind]
    if (path.startsWith('planes/') && path.endsWith(ending)) {
      return { kind, plane: path.slice('planes/'.length, -ending.length) }
    }
  }
  return null
}

/** A file name on every system, from a name that a guest gave. */
function safe(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)
  return /^\.*$/.test(plain) ? `_${plain}` : plain
}

/** Some file systems do not tell `IOUSB` from `iousb`. */
function free(start: string, ending: string, taken: Iterable<string>): string {
  const used = new Set([...taken].map(path => path.toLowerCase()))
  for (let number = 1; ; number++) {
    const path = `${start}${number === 1 ? '' : `-${number}`}${ending}`
    if (!used.has(path.toLowerCase())) return path
  }
}
