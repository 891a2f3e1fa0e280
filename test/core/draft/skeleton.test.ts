import { expect, test } from 'vitest'
import { draftNames } from '../../../core/draft/draft-names.ts'
import { personalityOf } from '../../../core/draft/driver-info-plist.ts'
import { integer, text } from '../../../core/draft/plist-values.ts'
import { providerKitOf } from '../../../core/draft/provider-kits.ts'
import { defaultMakefileInclude, driverSkeleton } from '../../../core/draft/skeleton.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import { readXmlPlist } from '../../../core/plist/read-xml-plist.ts'
import { compileDraft, compiler } from '../../helpers/iokit-stubs.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'

interface Form {
  readonly providerClass?: string
  readonly hasProbe?: boolean
  readonly hasUserClient?: boolean
  readonly name?: string
  readonly selects?: string
}

function draft(form: Form = {}) {
  const { providerClass = 'IOPCIDevice', hasProbe = false, hasUserClient = false } = form
  const names = draftNames({ name: form.name ?? 'my-kext' }, '')
  const kit = providerKitOf([providerClass])
  const libraries = {
    kit,
    entries: [
      ...(kit?.library ? [[kit.library, '2.9'] as const] : []),
      ['com.apple.kpi.iokit', '17.0'] as const,
      ['com.apple.kpi.libkern', '17.0'] as const,
    ],
    warnings: [],
  }
  const personality = personalityOf(names, {
    keys: [
      ['IOProviderClass', text(providerClass)],
      ['IOPCIMatch', text('0x12348086')],
      ['Mask', integer(-1)],
    ],
    category: null,
    probeScore: 1000,
    hasUserClient,
  })
  const files = driverSkeleton({
    names,
    personality,
    libraries,
    hasProbe,
    hasUserClient,
    selects: form.selects ?? 'GFX0, class IOPCIDevice',
    makefileInclude: defaultMakefileInclude,
  })
  const fileNamed = (name: string) => files.find(file => file.name === name)!.text
  return { names, files, kit, fileNamed }
}

test('a driver is a folder of files that make kexts takes', () => {
  const { files, fileNamed } = draft()
  expect(files.map(({ name }) => name)).toEqual([
    'Info.plist',
    'my_kext.hpp',
    'my_kext.cpp',
    'Makefile',
    'README.md',
  ])
  expect(fileNamed('Makefile')).toBe(`KEXT_NAME = MyKext
KEXT_BUNDLE_ID = io.darwinos.contrib.MyKext
KEXT_SOURCES = my_kext.cpp

include ../../../glue/mk/kext.mk
`)
  expect(fileNamed('my_kext.hpp')).toBe(`#ifndef MY_KEXT_HPP
#define MY_KEXT_HPP

#include <IOKit/IOService.h>
#include <IOKit/pci/IOPCIDevice.h>

class MyKext : public IOService {
    OSDeclareDefaultStructors(MyKext)

public:
    bool start(IOService *provider) override;
    void stop(IOService *provider) override;

private:
    // Ours from start() to stop(); not retained, as IOKit keeps a provider as long as its clients.
    IOPCIDevice *fProvider;
};

#endif
`)
  const source = fileNamed('my_kext.cpp')
  for (const part of [
    'OSDefineMetaClassAndStructors(MyKext, IOService)',
    'OSDynamicCast(IOPCIDevice, provider)',
    'super::start(provider)',
    'IOLog("MyKext: started on %s\\n", provider->getName());',
    'registerService();',
    'super::stop(provider);',
  ]) {
    expect(source).toContain(part)
  }
  expect(source).not.toContain('probe')
})

test('the Info.plist is that of a kext with nothing to complain about', () => {
  const { fileNamed } = draft({ hasUserClient: true })
  const kext = installedKextFrom(
    '/MyKext.kext',
    readXmlPlist(fileNamed('Info.plist'), 'Info.plist'),
  )
  expect(kext.problems).toEqual([])
  expect(kext.notes).toEqual([])
  expect(kext).toMatchObject({
    bundleIdentifier: 'io.darwinos.contrib.MyKext',
    executable: 'MyKext',
    libraries: [
      ['com.apple.iokit.IOPCIFamily', '2.9'],
      ['com.apple.kpi.iokit', '17.0'],
      ['com.apple.kpi.libkern', '17.0'],
    ],
    personalities: [{ name: 'MyKext', ioClass: 'MyKext', probeScore: 1000, matchCategory: null }],
  })
  expect(kext.personalities[0]!.properties.entries.map(([key]) => key)).toEqual([
    'CFBundleIdentifier',
    'IOClass',
    'IOProviderClass',
    'IOPCIMatch',
    'Mask',
    'IOProbeScore',
    'IOUserClientClass',
  ])
})

test('probe and a user client come when they are asked for', () => {
  const { files, fileNamed } = draft({ hasProbe: true, hasUserClient: true })
  expect(files.map(({ name }) => name)).toContain('my_kext_user_client.cpp')
  expect(fileNamed('Makefile')).toContain('KEXT_SOURCES = my_kext.cpp my_kext_user_client.cpp\n')
  expect(fileNamed('my_kext.cpp')).toContain('MyKext::probe(IOService *provider, SInt32 *score)')
  expect(fileNamed('my_kext_user_client.cpp')).toContain(
    'OSDefineMetaClassAndStructors(MyKextUserClient, IOUserClient)',
  )
})

test('text of the guest is no markup in the README', () => {
  const { fileNamed } = draft({ selects: '<img src=x>\n# [a](b) `c`' })
  expect(fileNamed('README.md')).toContain(
    'A driver for \\<img src=x\\> \\# \\[a\\](b) \\`c\\`. Its class',
  )
})

const forms: readonly Form[] = ['IOPCIDevice', 'IOUSBHostDevice', 'IOPlatformDevice', 'IOResources']
  .flatMap(providerClass => [false, true].map(hasProbe => ({ providerClass, hasProbe })))
  .flatMap(form => [false, true].map(hasUserClient => ({ ...form, hasUserClient })))

test.skipIf(compiler === undefined).each(forms)(
  'a compiler has nothing to say of $providerClass, probe $hasProbe, user client $hasUserClient',
  form => {
    const { files, kit } = draft({ ...form, name: 'Odd_Name-2' })
    expect(compileDraft(files, kit ? [[kit.className, kit.header]] : [])).toBe('')
  },
)

test.skipIf(compiler === undefined)('a compiler has something to say of a mistake', () => {
  const { files, kit } = draft()
  const broken = files.map(({ name, text }) => ({
    name,
    text: text.replace('stop(provider)', 'stop(nobody)'),
  }))
  expect(compileDraft(broken, [[kit!.className, kit!.header]])).toContain('my_kext.cpp')
  expect(compileDraft(files, [])).toContain('IOPCIDevice.h')
})

test.skipIf(!hasPython)('Python’s plistlib reads the Info.plist', () => {
  const print =
    'import plistlib, sys; print(plistlib.loads(sys.stdin.buffer.read())["CFBundleName"])'
  const bytes = new TextEncoder().encode(draft().fileNamed('Info.plist'))
  expect(new TextDecoder().decode(runPython(print, bytes)).trim()).toBe('MyKext')
})
