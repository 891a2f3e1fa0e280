/** Rows of the tables of facts: kexts, section 11: what is behind `kOSKextReturn`, its printed words, what to do. */
export type Row = readonly [name: string, meaning: string, advice?: string]

export const kextReturns: ReadonlyMap<number, Row> = new Map<number, Row>([
  [
    0x1,
    [
      'InternalError',
      'internal error',
      'Try again; if it stays, restart the guest and look at the kernel log.',
    ],
  ],
  [0x2, ['NoMemory', 'allocation failure', 'Free memory in the guest, or give it more.']],
  [0x3, ['NoResources', 'resource shortage', 'Free memory in the guest, or give it more.']],
  [0x4, ['NotPrivileged', 'not privileged', 'Run the tool as root.']],
  [
    0x5,
    [
      'InvalidArgument',
      'invalid argument',
      'Check what the tool was called with; the tool and the kernel may be of different releases.',
    ],
  ],
  [
    0x6,
    [
      'NotFound',
      'not found',
      'No kext with this identifier is loaded: check the spelling in kextstat.',
    ],
  ],
  [0x7, ['BadData', 'bad data (mkext/other)', 'Make the kext caches anew, then try again.']],
  [
    0x8,
    ['Serialization', 'XML (un)serialization error', 'Check the Info.plist with plutil -lint.'],
  ],
  [
    0x9,
    [
      'Unsupported',
      'function/version unsupported',
      'The kernel does not offer this for the kext, or not in this release.',
    ],
  ],
  [
    0xa,
    [
      'Disabled',
      'function disabled',
      'Loading or unloading is switched off in this guest; restart it.',
    ],
  ],
  [
    0xb,
    [
      'NotAKext',
      'malformed kext (bundle layout/missing plist)',
      'Check the layout of the bundle: Contents/Info.plist has to be there.',
    ],
  ],
  [
    0xc,
    [
      'Validation',
      'validation failure (plist/executable)',
      'Run kextutil -n -t on the bundle: it names the property that is wrong.',
    ],
  ],
  [
    0xd,
    [
      'Authentication',
      'authentication failure (file ownership/permissions)',
      'Run chown -R root:wheel and chmod -R go-w on the bundle.',
    ],
  ],
  [
    0xe,
    [
      'Dependencies',
      'dependency resolution failure',
      'Compare OSBundleLibraries with the kexts that are installed; kextlibs lists what the code needs.',
    ],
  ],
  [
    0xf,
    [
      'ArchNotFound',
      'requested architecture/executable not found',
      'Build the executable for the architecture of the guest’s kernel.',
    ],
  ],
  [0x10, ['Cache', 'cache error', 'Make the kext caches anew, then try again.']],
  [
    0x11,
    [
      'Deferred',
      'operation deferred (queued to user space)',
      'Look a moment later whether it has been done.',
    ],
  ],
  [
    0x12,
    [
      'BootLevel',
      'operation/kext not allowed at current boot level',
      'The guest runs in safe boot; restart it normally.',
    ],
  ],
  [
    0x13,
    [
      'NotLoadable',
      'not loadable (reason unspecified)',
      'Run kextutil -n -t on the bundle for the reason.',
    ],
  ],
  [
    0x14,
    [
      'LoadedVersionDiffers',
      'different version/uuid already loaded',
      'Unload the kext that is loaded, then load this one.',
    ],
  ],
  [
    0x15,
    [
      'DependencyLoadError',
      'dependency load failed',
      'Load the library by itself to see why it fails.',
    ],
  ],
  [
    0x16,
    ['LinkError', 'link error', 'Look for kxld lines in the kernel log: they name the symbols.'],
  ],
  [
    0x17,
    [
      'StartStopError',
      'kext (kmod) start/stop routine failed',
      'The module’s own start or stop routine refused; its return code is in the kernel log.',
    ],
  ],
  [
    0x18,
    [
      'InUse',
      'kext is in use or retained (cannot unload)',
      'Look for instances of its classes and for kexts that are linked against it.',
    ],
  ],
  [
    0x19,
    [
      'Timeout',
      'kext request timed out',
      'Look at the kernel log and at what is busy in the registry.',
    ],
  ],
  [
    0x1a,
    [
      'Stopping',
      'kext is stopping and cannot issue requests',
      'Wait until it has stopped, then try again.',
    ],
  ],
  [
    0x1b,
    [
      'SystemPolicy',
      'system policy prevents loading',
      'Check the signature, the approval of the kext and System Integrity Protection.',
    ],
  ],
  [
    0x1c,
    [
      'KCLoadFailure',
      'loading/mapping of a kext collection failed',
      'Have the collections built anew, and restart the guest.',
    ],
  ],
  [
    0x1d,
    [
      'KCLoadFailureSystemKC',
      'mapping of the SystemKC failed',
      'Have the collections built anew, and restart the guest.',
    ],
  ],
  [
    0x1e,
    [
      'KCLoadFailureAuxKC',
      'loading/mapping of the AuxiliaryKC failed',
      'Have the collections built anew, and restart the guest.',
    ],
  ],
  // This code has no name of its own (facts: kexts, section 11).
  [
    0x1f,
    [
      'KCLoadFailure (both)',
      'loading of both Auxiliary and System KCs failed',
      'Have the collections built anew, and restart the guest.',
    ],
  ],
])

export const metaClassReturns: ReadonlyMap<number, Row> = new Map<number, Row>([
  [0x1, ['metaclass 0x1', 'internal error of the class system']],
  [0x2, ['metaclass 0x2', 'class has instances', 'Terminate the instances, then unload again.']],
  [0x3, ['metaclass 0x3', 'preModLoad was not called']],
  [0x4, ['metaclass 0x4', 'allocation failure of the class system']],
  [0x5, ['metaclass 0x5', 'allocation failure of the class system']],
  [0x6, ['metaclass 0x6', 'allocation failure of the class system']],
  [0x7, ['metaclass 0x7', 'a class could not be inserted into the class table']],
  [0x8, ['metaclass 0x8', 'a class has no association with its superclass']],
  [
    0x9,
    [
      'metaclass 0x9',
      'the superclass was not found',
      'Name the kext of the superclass in OSBundleLibraries.',
    ],
  ],
  [
    0xa,
    [
      'metaclass 0xa',
      'duplicate class',
      'Two kexts define a class of this name; rename yours with your own prefix.',
    ],
  ],
  [0xb, ['metaclass 0xb', 'the class belongs to no kext']],
])

export const commonReturns: ReadonlyMap<number, Row> = new Map<number, Row>([
  [0x001, ['Invalid', 'should never be seen']],
  [0x2bc, ['Error', 'general error']],
  [0x2bd, ['NoMemory', 'memory could not be allocated']],
  [0x2be, ['NoResources', 'resource shortage']],
  [0x2bf, ['IPCError', 'error during inter-process communication']],
  [0x2c0, ['NoDevice', 'no such device']],
  [0x2c1, ['NotPrivileged', 'privilege violation', 'Run it as root.']],
  [0x2c2, ['BadArgument', 'invalid argument']],
  [0x2c3, ['LockedRead', 'device is read locked']],
  [0x2c4, ['LockedWrite', 'device is write locked']],
  [
    0x2c5,
    [
      'ExclusiveAccess',
      'exclusive access, and the device is already open',
      'Find who holds it open among the clients of the service.',
    ],
  ],
  [0x2c6, ['BadMessageID', 'sent and received messages have different identifiers']],
  [
    0x2c7,
    [
      'Unsupported',
      'unsupported function',
      'The method is not overridden, or the superclass’s was called.',
    ],
  ],
  [0x2c8, ['VMError', 'virtual memory failure']],
  [0x2c9, ['InternalError', 'internal error']],
  [0x2ca, ['IOError', 'general input or output error']],
  [0x2cc, ['CannotLock', 'the lock cannot be acquired']],
  [0x2cd, ['NotOpen', 'device is not open', 'Call open() on the provider first.']],
  [0x2ce, ['NotReadable', 'reading is not supported']],
  [0x2cf, ['NotWritable', 'writing is not supported']],
  [0x2d0, ['NotAligned', 'alignment error']],
  [0x2d1, ['BadMedia', 'media error']],
  [0x2d2, ['StillOpen', 'device is still open']],
  [0x2d3, ['RLDError', 'linker failure']],
  [0x2d4, ['DMAError', 'DMA failure']],
  [0x2d5, ['Busy', 'device is busy']],
  [0x2d6, ['Timeout', 'input or output timed out']],
  [0x2d7, ['Offline', 'device is offline']],
  [0x2d8, ['NotReady', 'device is not ready']],
  [0x2d9, ['NotAttached', 'device is not attached']],
  [0x2da, ['NoChannels', 'no DMA channels left']],
  [0x2db, ['NoSpace', 'no space for data']],
  [0x2dd, ['PortExists', 'port already exists']],
  [0x2de, ['CannotWire', 'physical memory cannot be wired']],
  [0x2df, ['NoInterrupt', 'no interrupt is attached']],
  [0x2e0, ['NoFrames', 'no DMA frames are queued']],
  [0x2e1, ['MessageTooLarge', 'message is too large for the interrupt buffer']],
  [
    0x2e2,
    [
      'NotPermitted',
      'not permitted',
      'An entitlement, a sandbox or System Integrity Protection forbids it.',
    ],
  ],
  [0x2e3, ['NoPower', 'no power to the device']],
  [0x2e4, ['NoMedia', 'no media present']],
  [0x2e5, ['UnformattedMedia', 'media is not formatted']],
  [0x2e6, ['UnsupportedMode', 'no such mode']],
  [0x2e7, ['Underrun', 'data underrun']],
  [0x2e8, ['Overrun', 'data overrun']],
  [0x2e9, ['DeviceError', 'the device does not work properly']],
  [0x2ea, ['NoCompletion', 'a completion routine is required']],
  [0x2eb, ['Aborted', 'operation was aborted']],
  [0x2ec, ['NoBandwidth', 'bus bandwidth would be exceeded']],
  [0x2ed, ['NotResponding', 'device does not respond']],
  [0x2ee, ['IsoTooOld', 'isochronous request is for the distant past']],
  [0x2ef, ['IsoTooNew', 'isochronous request is for the distant future']],
  [0x2f0, ['NotFound', 'data was not found']],
])

/** The kernel's constants in the order of their numbers, 0 first. */
export const kernReturns =
  `SUCCESS INVALID_ADDRESS PROTECTION_FAILURE NO_SPACE INVALID_ARGUMENT FAILURE RESOURCE_SHORTAGE
  NOT_RECEIVER NO_ACCESS MEMORY_FAILURE MEMORY_ERROR ALREADY_IN_SET NOT_IN_SET NAME_EXISTS ABORTED
  INVALID_NAME INVALID_TASK INVALID_RIGHT INVALID_VALUE UREFS_OVERFLOW INVALID_CAPABILITY RIGHT_EXISTS
  INVALID_HOST MEMORY_PRESENT MEMORY_DATA_MOVED MEMORY_RESTART_COPY INVALID_PROCESSOR_SET POLICY_LIMIT
  INVALID_POLICY INVALID_OBJECT ALREADY_WAITING DEFAULT_SET EXCEPTION_PROTECTED INVALID_LEDGER
  INVALID_MEMORY_CONTROL INVALID_SECURITY NOT_DEPRESSED TERMINATED LOCK_SET_DESTROYED LOCK_UNSTABLE
  LOCK_OWNED LOCK_OWNED_SELF SEMAPHORE_DESTROYED RPC_SERVER_TERMINATED RPC_TERMINATE_ORPHAN
  RPC_CONTINUE_ORPHAN NOT_SUPPORTED NODE_DOWN NOT_WAITING OPERATION_TIMED_OUT CODESIGN_ERROR
  POLICY_STATIC INSUFFICIENT_BUFFER_SIZE DENIED MISSING_KC INVALID_KC NOT_FOUND`.split(/\s+/)

export const kernAdvice: ReadonlyMap<number, string> = new Map([
  [5, 'From a kext’s start routine this is its own refusal: see what it does before it returns.'],
])

export const ioKitSubsystems: ReadonlyMap<number, string> = new Map([
  [1, 'USB'],
  [2, 'FireWire'],
  [4, 'block storage'],
  [5, 'graphics'],
  [6, 'networking'],
  [8, 'Bluetooth'],
  [9, 'PMU'],
  [10, 'ACPI'],
  [11, 'SMBus'],
  [12, 'AHCI'],
  [13, 'power management'],
  [14, 'HID system'],
  [16, 'SCSI'],
  [17, 'USB audio'],
  [28, 'NVMe'],
  [29, 'Thunderbolt'],
  [30, 'graphics acceleration'],
  [31, 'keystore'],
  [32, 'SMC'],
  [33, 'APFS'],
  // −2 in the 12 bits of a subsystem
  [0xffe, 'vendor specific'],
])
