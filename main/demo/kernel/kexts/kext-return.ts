/** `OSKextReturn` values that the tools meet here, with their printed strings (facts: kexts, section 11). */
export const KextReturn = {
  notPrivileged: { code: 0xdc00_8004, text: '(libkern/kext) not privileged' },
  notFound: { code: 0xdc00_8006, text: '(libkern/kext) not found' },
  validation: { code: 0xdc00_800c, text: '(libkern/kext) validation failure (plist/executable)' },
  authentication: {
    code: 0xdc00_800d,
    text: '(libkern/kext) authentication failure (file ownership/permissions)',
  },
  dependencies: { code: 0xdc00_800e, text: '(libkern/kext) dependency resolution failure' },
  archNotFound: {
    code: 0xdc00_800f,
    text: '(libkern/kext) requested architecture/executable not found',
  },
  versionDiffers: {
    code: 0xdc00_8014,
    text: '(libkern/kext) different version/uuid already loaded',
  },
  dependencyLoad: { code: 0xdc00_8015, text: '(libkern/kext) dependency load failed' },
  link: { code: 0xdc00_8016, text: '(libkern/kext) link error' },
  startStop: { code: 0xdc00_8017, text: '(libkern/kext) kext (kmod) start/stop routine failed' },
  inUse: { code: 0xdc00_8018, text: '(libkern/kext) kext is in use or retained (cannot unload)' },
  /** From IOKit: an Apple kext does not let user space terminate its drivers. */
  unsupported: { code: 0xe000_02c7, text: '(iokit/common) unsupported function' },
} as const

export type KextReturnName = keyof typeof KextReturn
