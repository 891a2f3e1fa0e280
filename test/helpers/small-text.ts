/** A registry of two entries as `ioreg -l -w0` prints it. */
export const smallText = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>
  | {
  |   "IOKitBuildVersion" = "Darwin Kernel Version 17.7.0"
  | }
  | 
  +-o QEMU  <class IOPlatformExpertDevice, id 0x100000116, registered, matched, active, busy 0 (61 ms), retain 47>
      {
        "compatible" = <"QEMU">
      }
      
`
