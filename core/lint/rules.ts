/**
 * Everything that lint looks at: name of the rule -> what it wants, as a sentence. `docs/lint.md` lists them all.
 */
export const rules = {
  // The Info.plist (facts: kexts, sections 2 and 3).
  'info-plist': 'The Info.plist of each plug-in can be read.',
  'package-type': 'CFBundlePackageType is KEXT, or DEXT for a driver extension.',
  'bundle-identifier': 'CFBundleIdentifier is a string of 1 to 63 bytes.',
  'bundle-version': 'CFBundleVersion is a kext version of at most 63 bytes.',
  'executable-name': 'CFBundleExecutable is a string, and not empty.',
  'compatible-version':
    'OSBundleCompatibleVersion is a kext version, not above the version of the bundle.',
  'boot-level': 'OSBundleRequired is one of the boot levels that exist.',
  'kext-logging': 'OSBundleEnableKextLogging is not left on.',
  'build-variable': 'No build variable is left where the kernel wants a value.',
  'key-misspelt': 'No key is almost one that means something.',

  // What it links against (facts: kexts, section 4).
  libraries: 'OSBundleLibraries names libraries with their versions where there is code to link.',
  'libraries-unused': 'A kext without an executable declares no libraries.',
  'library-version': 'Each version in OSBundleLibraries is a kext version.',
  'kpi-bare-kernel': 'Nothing is linked against com.apple.kernel itself.',
  'kpi-mixed': 'Libraries of com.apple.kpi and of com.apple.kernel are not mixed.',
  'kpi-old': '64-bit code is linked against libraries of com.apple.kpi, not of com.apple.kernel.',
  'kpi-private': 'com.apple.kpi.private is left to Apple’s kexts.',
  'kpi-missing': 'At least one library of com.apple.kpi is declared.',
  'library-not-found': 'Each library is installed or loaded in the guest.',
  'library-incompatible': 'The guest’s library serves the version that is wanted.',
  'library-not-a-library': 'Each library says what it is compatible with.',
  'library-undetermined': 'What a loaded library is compatible with is known.',
  'library-of-library': 'The libraries of the libraries can be loaded too.',

  // Personalities, as the kext library checks them (facts: kexts, section 2).
  personalities: 'IOKitPersonalities is a dictionary of dictionaries.',
  'personality-class': 'Each personality names its IOClass.',
  'personality-provider': 'Each personality names its IOProviderClass.',
  'personality-debug': 'IOKitDebug is a number.',
  'debug-left-on': 'IOKitDebug is not left on.',
  'personality-score': 'IOProbeScore is a number.',
  'personality-owner': 'CFBundleIdentifier of a personality is that of its kext.',
  'resources-category': 'On IOResources each driver has a match category of its own.',
  'dext-kernel-identifier':
    'A personality of a driver extension names its CFBundleIdentifierKernel.',

  // Personalities, as the kernel matches them (facts: matching, sections 2 to 6).
  'provider-never-matches': 'IOProviderClass is IOService or below it.',
  'match-key-type': 'A match key has a value of the type that matching compares.',
  'match-key-of-another-family': 'A match key is one that the provider’s family looks at.',
  'usb-combination': 'The USB keys form one of the combinations of the USB table.',
  'pci-value': 'The values of IOPCIMatch and its relatives can be read to their end.',
  'hid-lone-key': 'HID keys that count together are there together.',
  'scsi-type-missing':
    'A driver of a SCSI device names the device type, or has a category of its own.',
  'score-clamped': 'IOProbeScore is not above what the family lets through.',
  'resources-shared-category': 'No two personalities of a bundle share a category on IOResources.',
  'personality-twice': 'No personality is there twice.',
  'no-personality': 'A kext that defines drivers has personalities for them.',

  // The executable (facts: kexts, sections 2 and 14).
  'executable-missing': 'The file that CFBundleExecutable names is there.',
  'executable-not-named': 'A bundle with a file for code names it in CFBundleExecutable.',
  'executable-not-mach-o': 'The executable is a Mach-O file.',
  'executable-damaged': 'The executable can be read.',
  'executable-gap': 'All that lint wants to know of the executable can be read.',
  'executable-type': 'The executable was linked as a kext.',
  'executable-no-kmod-info': 'The executable defines _kmod_info.',
  'executable-architecture': 'The executable has code for the guest’s architecture.',
  'executable-no-uuid': 'The executable has a UUID.',
  'kmod-info-differs': 'Name and version in _kmod_info are those of the Info.plist.',
  'class-not-defined': 'The executable defines the class that a personality names.',
  'class-no-vtable': 'The class that a personality names has its vtable in the executable.',
  'class-not-a-service': 'The class that a personality names derives from IOService.',
  'metaclass-undeclared': 'The libraries of all superclasses are declared.',

  // The files (facts: kexts, section 5).
  'symlink-leaves': 'Symlinks lead to something inside the bundle.',
  ownership: 'Files belong to root:wheel.',
  modes: 'Files are not writable by group or others.',

  // The guest.
  'guest-incomplete': 'The guest’s kexts are known.',
  'guest-has-it': 'No other version of the kext is loaded.',
  'owner-not-found': 'Another kext that a personality belongs to is there, and has code.',
  'provider-class-unknown': 'The guest knows the provider class.',

  // A source folder.
  'source-info-plist': 'A source folder has one Info.plist.',
  'source-limits': 'All sources of the folder were looked at.',
  'make-name': 'KEXT_NAME of the Makefile is the CFBundleExecutable.',
  'make-bundle-id': 'KEXT_BUNDLE_ID of the Makefile is the CFBundleIdentifier.',
  'make-source-missing': 'The files of KEXT_SOURCES are there.',
  'make-source-unlisted': 'Each C and C++ file of the folder is in KEXT_SOURCES.',
  'class-not-in-sources': 'The sources define the class that a personality names.',
  'class-abstract': 'The class that a personality names can be instantiated.',
  'class-only-declared': 'A class that is declared is defined too.',
} as const satisfies Readonly<Record<string, string>>

export type RuleName = keyof typeof rules
export const ruleNames = Object.keys(rules) as readonly RuleName[]
