import type { ConnectedGuest, LocalBundle, SavedTarget } from '../../core/contract/types.ts'
import { helloNub } from './demo-kexts.ts'

export const targets: readonly SavedTarget[] = [
  {
    id: 'demo',
    label: 'Demo guest',
    host: '127.0.0.1',
    port: 50022,
    user: 'demo',
    method: 'password',
    keyPath: null,
    hasSecret: true,
    isReadOnly: false,
    isVirtualMachine: true,
    isBuiltIn: true,
    note: 'A small Darwin 17 that comes with Kextant. One click connects.',
  },
  {
    id: 'vm',
    label: 'darwinOS VM',
    host: '192.168.64.5',
    port: 22,
    user: 'root',
    method: 'password',
    keyPath: null,
    hasSecret: false,
    isReadOnly: false,
    isVirtualMachine: true,
    isBuiltIn: false,
    note: null,
  },
  {
    id: 'lab',
    label: 'Lab Mac mini',
    host: 'lab-mini.local',
    port: 2222,
    user: 'driverdev',
    method: 'key',
    keyPath: '~/.ssh/id_ed25519',
    hasSecret: false,
    isReadOnly: true,
    isVirtualMachine: false,
    isBuiltIn: false,
    note: null,
  },
]

export const kernelLog = [
  'Darwin Kernel Version 17.7.0: Thu Jun 21 22:53:14 PDT 2018; root:xnu-4570.71.2~1/RELEASE_X86_64',
  'vm_page_bootstrap: 987323 free pages and 53061 wired pages',
  'kext submap [0xffffff7f80a00000 - 0xffffff8000000000]',
  'zone leak detection enabled',
  'AppleACPICPU: ProcessorId=1 LocalApicId=0 Enabled',
  'IOPMrootDomain: idle sleep timer created',
  'Waiting on <dict ID="0"><key>IOProviderClass</key><string>IOResources</string></dict>',
  'en0: link up at 1000 Mbps',
]

export const guest = (target: SavedTarget): ConnectedGuest => ({
  target,
  address: `${target.host}:${target.port}`,
  hostKeyFingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrhJMZpOvKc7sJVhPzLkGg0s',
  identity: {
    kernelVersion: kernelLog[0]!,
    darwinRelease: '17.7.0',
    darwinMajor: 17,
    osName: 'Mac OS X',
    osVersion: '10.13.6',
    osBuild: '17G65',
    machine: 'x86_64',
    bootSessionUuid: '2C0B4B61-8A6B-4F0E-8D0C-7A6F3D9B1E55',
    bootTime: 1_700_000_000,
    hostName: 'demo',
    kernelKind: 'RELEASE',
  },
  tools: { ioreg: '/usr/sbin/ioreg', kextstat: '/usr/sbin/kextstat', kextload: '/sbin/kextload' },
  root: 'sudo',
})

export const sampleBundle: LocalBundle = {
  path: '/samples/HelloNub.kext',
  name: 'HelloNub.kext',
  kext: { ...helloNub, path: '/samples/HelloNub.kext' },
  files: [
    { path: 'Contents', size: 0, mode: 0o755, kind: 'folder' },
    { path: 'Contents/Info.plist', size: 1324, mode: 0o644, kind: 'file' },
    { path: 'Contents/MacOS/HelloNub', size: 18_432, mode: 0o755, kind: 'file' },
  ],
  totalBytes: 19_756,
  note: 'Starts on IOResources, sets a property and registers. The one that behaves well.',
}
