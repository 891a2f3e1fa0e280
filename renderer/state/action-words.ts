import type { ActionRequest, ConnectionState, HostInfo } from '../../core/contract/types.ts'

// What the window says of actions before there is one: their names, and why there can be none now.

/** What the button says that starts it: what happens, and where. */
export function consentLabel(request: ActionRequest, targetLabel: string): string {
  switch (request.kind) {
    case 'push':
      return `Push ${baseName(request.bundlePath)} to ${targetLabel}`
    case 'preflight':
      return `Check ${baseName(request.bundlePath)} on ${targetLabel}`
    case 'terminate-class':
      return `Terminate ${request.className} on ${targetLabel}`
    case 'verify':
      return `Verify ${request.bundleIdentifier} on ${targetLabel}`
    case 'leak-hunt':
      return `Hunt leaks of ${request.bundleIdentifier} on ${targetLabel}`
    case 'loop':
      return request.endsWith === 'loaded'
        ? `Push and load ${baseName(request.bundlePath)} on ${targetLabel}`
        : `Push, load and unload ${baseName(request.bundlePath)} on ${targetLabel}`
    case 'load':
      return `Load ${baseName(request.guestPath)} on ${targetLabel}`
    case 'reload':
      return `Reload ${baseName(request.guestPath)} on ${targetLabel}`
    case 'unload':
      return `Unload ${request.bundleIdentifier} from ${targetLabel}`
  }
}

/** What a sheet is called while its plan is made. */
export function planningTitle(request: ActionRequest): string {
  switch (request.kind) {
    case 'push':
      return 'Push a kext'
    case 'preflight':
      return 'Check a kext'
    case 'loop':
    case 'load':
      return 'Load a kext'
    case 'reload':
      return 'Reload a kext'
    case 'unload':
      return 'Unload a kext'
    case 'terminate-class':
      return 'Terminate a class'
    case 'verify':
      return 'Verify a kext'
    case 'leak-hunt':
      return 'Hunt leaks'
  }
}

/** Why the guest cannot even be asked now; null when it can. */
export function whyNoLook(connection: ConnectionState): string | null {
  if (connection.phase === 'lost') {
    return `The connection to ${connection.guest.target.label} is lost. It can be asked again when it is back.`
  }
  return connection.phase === 'connected' ? null : 'No guest is connected. Connect to one first.'
}

/** Why nothing can be changed now, as a sentence with what to do; null when it can. */
export function whyNoAction(connection: ConnectionState, host: HostInfo | null): string | null {
  if (host && !host.mayChangeGuest) {
    return 'This Kextant was started without the right to change a guest. Start it with that right to load or unload kexts.'
  }
  if (connection.phase === 'lost') {
    return `The connection to ${connection.guest.target.label} is lost. Loading is possible again when it is back.`
  }
  if (connection.phase !== 'connected') return 'No guest is connected. Connect to one first.'
  const { target } = connection.guest
  return target.isReadOnly
    ? `${target.label} is marked read-only. “Switch target…” in the menu at the left shows its form, where that can be changed.`
    : null
}

export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) || path
  )
}
