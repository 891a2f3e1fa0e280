/**
 * Where a kext belongs by its identifier, for those who look at two hundred of them at once. Apple's tell by their third
 * part what they are, the others by their first two whose they are.
 *
 *   com.apple.kpi.iokit             kernel          com.apple.iokit.IOUSBHostFamily   com.apple.iokit
 *   org.darwinos.driver.MyKext      org.darwinos    MyKext                            MyKext
 */
export function kextFamily(bundleIdentifier: string, isKernel: boolean): string {
  if (isKernel) return kernelFamily
  const parts = bundleIdentifier.split('.', 4)
  const isApple = parts[0] === 'com' && parts[1] === 'apple'
  return parts.slice(0, isApple ? 3 : 2).join('.')
}

export const kernelFamily = 'kernel'

export function familyTitle(family: string): string {
  return family === kernelFamily ? 'Kernel interfaces' : `${family}.*`
}

/** Whose they are: those of the author are what is looked for among Apple's. */
export function isThirdParty(bundleIdentifier: string): boolean {
  return !bundleIdentifier.startsWith('com.apple.')
}

/** What tells an identifier apart: its last part, and what comes before. `com.apple.driver.usb` `AppleUSBHub` */
export function splitIdentifier(bundleIdentifier: string): readonly [before: string, last: string] {
  const at = bundleIdentifier.lastIndexOf('.')
  const last = bundleIdentifier.slice(at + 1)
  // `com.apple.vecLib.kext` and the like are not told by their last part.
  if (at <= 0 || last.length < 3 || last === 'kext') return ['', bundleIdentifier]
  return [bundleIdentifier.slice(0, at), last]
}
