/**
 * Which of the kernel's interfaces has the metaclass of a class: those that every architecture exports by the lists
 * of xnu (`config/Libkern.exports`, `config/IOKit.exports`). A class that is not here may be the kernel's all the same.
 */
const kernelClasses: Readonly<Record<'libkern' | 'iokit', readonly string[]>> = {
  libkern: [
    ...['OSObject', 'OSCollection', 'OSArray', 'OSDictionary', 'OSSet', 'OSOrderedSet', 'OSData'],
    ...['OSString', 'OSSymbol', 'OSNumber', 'OSBoolean', 'OSIterator', 'OSCollectionIterator'],
    ...['OSSerialize', 'OSSerializer'],
  ],
  iokit: [
    ...['IOService', 'IORegistryEntry', 'IORegistryPlane', 'IORegistryIterator', 'IOResources'],
    ...['IOUserClient', 'IONotifier', 'IOUserNotification', 'IOCatalogue', 'IOWorkLoop'],
    ...['IOEventSource', 'IOCommandGate', 'IOTimerEventSource', 'IOInterruptEventSource'],
    ...['IOFilterInterruptEventSource', 'IODMAEventSource', 'IODMACommand', 'IODMAController'],
    ...['IOCommand', 'IOCommandPool', 'IOMapper', 'IOConditionLock', 'IORangeAllocator'],
    ...['IOMemoryDescriptor', 'IOGeneralMemoryDescriptor', 'IOBufferMemoryDescriptor'],
    ...['IOSubMemoryDescriptor', 'IOMultiMemoryDescriptor', 'IOInterleavedMemoryDescriptor'],
    ...['IOMemoryMap', 'IOMemoryCursor', 'IONaturalMemoryCursor', 'IOBigMemoryCursor'],
    ...['IOLittleMemoryCursor', 'IODataQueue', 'IOSharedDataQueue', 'IOInterruptController'],
    ...['IOSharedInterruptController', 'IOPMrootDomain', 'IOPMPowerSource', 'IOPMPowerSourceList'],
    ...['IOPowerConnection', 'IORootParent', 'RootDomainUserClient', 'IOPolledInterface'],
    ...['IOReporter', 'IOSimpleReporter', 'IOStateReporter', 'IOHistogramReporter'],
    ...['IOReportLegend'],
  ],
}

const homes: ReadonlyMap<string, 'libkern' | 'iokit'> = new Map([
  ...kernelClasses.libkern.map(name => [name, 'libkern'] as const),
  ...kernelClasses.iokit.map(name => [name, 'iokit'] as const),
])

/** `libkern` or `iokit`, as in `com.apple.kpi.libkern`; null for a class of a family, or one that is not listed. */
export function kernelHomeOf(className: string): 'libkern' | 'iokit' | null {
  return homes.get(className) ?? null
}

/** A class whose subclasses are surely no services: none of its superclasses is IOService. */
export function isNoService(className: string): boolean {
  return kernelHomeOf(className) === 'libkern' || className === 'IORegistryEntry'
}

/** Class -> the declared libraries that may have it. */
export type PossibleHomes = (className: string) => readonly string[]

/**
 * A class of the kernel is in its own interface; another one may be in any library that is not the kernel's, or in an
 * interface that exports it for one architecture alone.
 */
export function createPossibleHomes(libraries: readonly string[]): PossibleHomes {
  const kernelOnly = new Set(
    ['bsd', 'dsep', 'kasan', 'libkern', 'mach'].map(name => `com.apple.kpi.${name}`),
  )
  const own = (home: string): readonly string[] => {
    const names = [`com.apple.kpi.${home}`, `com.apple.kernel.${home}`, 'com.apple.kernel']
    return libraries.filter(id => names.includes(id))
  }
  const others = libraries.filter(id => !kernelOnly.has(id) && !id.startsWith('com.apple.kernel.'))
  const isKpi = (id: string): boolean => id.startsWith('com.apple.kpi.')
  const homes = {
    libkern: own('libkern'),
    iokit: own('iokit'),
    // Families first.
    other: [...others.filter(id => !isKpi(id)), ...others.filter(isKpi)],
  }
  return className => homes[kernelHomeOf(className) ?? 'other']
}
