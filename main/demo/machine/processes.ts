/** Processes of the guest, most with user clients: `IOUserClientCreator` is made of them. */
export const processes = {
  launchd: 1,
  kextd: 43,
  fseventsd: 44,
  powerd: 52,
  coreaudiod: 178,
  configd: 53,
  opendirectoryd: 61,
  notifyd: 66,
  diskarbitrationd: 68,
  securityd: 71,
  coreduetd: 74,
  locationd: 78,
  hidd: 95,
  loginwindow: 99,
  WindowServer: 123,
  thermald: 131,
  mds: 60,
  UserEventAgent: 41,
  apsd: 84,
  bluetoothd: 87,
  Dock: 251,
  Finder: 253,
  SystemUIServer: 252,
  sshd: 402,
  cfprefsd: 221,
  dasd: 77,
  symptomsd: 140,
  airportd: 136,
  backupd: 301,
  syslogd: 40,
} as const

export type ProcessName = keyof typeof processes

/** Who is not root. */
export const userOf: Readonly<Partial<Record<ProcessName, string>>> = {
  Dock: 'author',
  Finder: 'author',
  SystemUIServer: 'author',
  cfprefsd: 'author',
}
