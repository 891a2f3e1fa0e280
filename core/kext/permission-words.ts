import { enumerated, pendingIdentifiers, signatureDenied, wrongOwners } from './outcome-details.ts'
import { reportedWords } from './diagnostic-words.ts'
import type { Told, Words } from './outcome-words.ts'
import { isKmutilRun } from './tool-lines.ts'

/** Words for what the guest does not allow: owners, signatures, policy, approval (facts: kexts, sections 5, 7 to 10). */

export function ownershipWords(told: Told): Words {
  const report = reportedWords(told.lines.ofTool, 'Authentication Failures')
  if (report !== null) return report
  const owners = wrongOwners(told.all)
  const rule =
    'Every file and folder of a kext must belong to root:wheel, and neither group nor others may write to it.'
  const isKmutil = isKmutilRun(told.run, told.lines.ofTool)
  return {
    headline: 'Wrong owner or permissions',
    explanation:
      owners.length === 0
        ? rule
        : `${enumerated(
            owners.map(({ owner, path }) => `${path} belongs to ${owner}`),
            3,
          )}, and 0:0 is wanted. ${rule}`,
    advice: [
      'Run chown -R root:wheel and chmod -R go-w on the bundle, then load it again.',
      ...(isKmutil ? ['The folders above the bundle must belong to root too.'] : []),
    ],
  }
}

export function signatureWords(told: Told): Words {
  const { all } = told
  const denied = signatureDenied(all)
  const isAdHoc = all.some(line => /Authenticating extension failed/.test(line))
  const says =
    denied !== null
      ? `The signature of ${denied.path} is not valid (${denied.number}), and the guest denies it.`
      : all.some(line => /Code Signing Failure: not code signed/.test(line))
        ? 'The kext is not signed.'
        : all.some(line => /code signature is invalid/.test(line))
          ? 'The kext’s signature is invalid: its files are not the ones that were signed.'
          : isAdHoc
            ? 'kmutil does not accept the signature: the kext is unsigned, or signed ad hoc, which reduced security does not allow.'
            : 'The kext has no signature that the guest trusts.'
  return {
    headline: 'The signature is not accepted',
    explanation: `${says} The guest’s policy wants a valid one.`,
    advice: isAdHoc
      ? [
          'Sign the kext, or turn System Integrity Protection off on a development guest: then ad-hoc signatures are accepted, and approval is still needed.',
        ]
      : [
          'On a development guest turn System Integrity Protection off for kexts (csrutil), or sign the kext.',
        ],
  }
}

export function policyWords({ all, run }: Told): Words {
  const isOfLibraries = all.some(line => /dependencies failed security checks/.test(line))
  const isChecks = all.some(line => /failed security checks; failing/.test(line))
  return {
    headline: 'System policy prevents loading',
    explanation: isOfLibraries
      ? 'A library of the kext did not pass the security checks of the guest: its signature, its approval or its staged copy.'
      : isChecks
        ? 'The kext did not pass the security checks of the guest: its signature, its approval or its staged copy.'
        : `The security policy of the guest refused the kext or a library of it: not approved, or not signed${run.exitCode === 27 ? ' (exit code 27)' : ''}.`,
    advice: [
      'Approve the kext in the guest (System Preferences, Security & Privacy), then load it again.',
      'Or relax System Integrity Protection on a development guest.',
    ],
  }
}

export function approvalWords({ all, lines }: Told): Words {
  const pending = pendingIdentifiers(lines.ofTool)
  const place = all.some(line => /System Settings/.test(line))
    ? 'System Settings'
    : all.some(line => /System Preferences/.test(line))
      ? 'System Preferences'
      : 'System Preferences (System Settings from macOS 13)'
  const own = [...lines.identifiers][0]
  const isAbsent = own !== undefined && pending.length > 0 && !pending.includes(own)
  return {
    headline: 'A user must approve it first',
    explanation:
      pending.length === 0
        ? 'The guest asks its user to approve the kext in the security settings.'
        : `The guest asks its user to approve ${enumerated(pending, 12)}. The list has all kexts that wait, not only this one.${isAbsent ? ` ${own} is not in it.` : ''}`,
    advice: [
      `Approve ${pending.length > 1 ? 'them' : 'it'} in ${place}, then load it again. It may need a restart after that.`,
    ],
  }
}
