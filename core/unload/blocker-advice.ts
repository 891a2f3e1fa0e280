import type { Advice, HeldInstance, Holder } from './blocker-report.ts'
import { nameOf, userClientsOf, type BlockerFindings } from './blocker-findings.ts'
import { creatorName } from './read-creator.ts'

/** What to do, the first thing first. */
export function adviceFor(findings: BlockerFindings): readonly Advice[] {
  const { bundleIdentifier, instances } = findings
  const unloadIt: Advice = {
    sentence: findings.when === 'before' ? 'Unload it.' : 'Then unload it again.',
    action: { kind: 'unload', bundleIdentifiers: [bundleIdentifier] },
  }
  switch (findings.verdict) {
    case 'not-loaded':
      return [captureAgain('If it was loaded a moment ago, capture again')]
    case 'free':
      return [unloadIt]
    case 'referenced':
      return [
        findings.order.length > 1
          ? {
              sentence: `Unload in this order: ${findings.order.join(', ')}.`,
              action: { kind: 'unload', bundleIdentifiers: findings.order },
            }
          : captureAgain('Unload the kexts that use it; capture again to see which they are'),
      ]
    case 'protected':
      return [{ sentence: 'Leave it loaded, and restart the guest to be rid of it.', action: null }]
    case 'stop-refused':
      return [
        {
          sentence:
            'Look at what the stop routine of the module waits for: what it returns decides, and the kernel log may say why.',
          action: null,
        },
        unloadIt,
      ]
    case 'held':
      return [...release(instances), ...afterRelease(findings, unloadIt)]
    case 'leaked':
      return leakAdvice(findings)
    case 'held-and-leaked':
      return [...release(instances), ...leakAdvice(findings)]
    case 'unknown':
      return [
        captureAgain('Capture again, and look at the classes of the kext'),
        ...(findings.when === 'before' ? [unloadIt] : []),
      ]
  }
}

/** Every connection and every instance that nobody terminates, one by one. */
function release(instances: readonly HeldInstance[]): readonly Advice[] {
  return instances.slice(0, 5).flatMap((instance): readonly Advice[] => {
    const name = nameOf(instance.entry)
    const clients = oneOfEachProcess(userClientsOf(instance)).slice(0, 5)
    if (instance.openCount > 0)
      return clients.map(({ entry, creator }) => ({
        sentence:
          creator === null
            ? `Close ${nameOf(entry)} first: end the program that opened it.`
            : `Close ${nameOf(entry)} first: end ${creatorName(creator)}, or let it close the connection.`,
        action: { kind: 'show-entry', entry },
      }))
    if (instance.mayBeStarting)
      return [
        {
          sentence: `Find out what start() of ${name} waits for; an object goes only after it has returned.`,
          action: { kind: 'show-entry', entry: instance.entry },
        },
      ]
    if (!instance.isTerminated && instance.entry.className !== null)
      return [
        {
          sentence: `Terminate the instances of ${instance.entry.className}.`,
          action: { kind: 'terminate-class', className: instance.entry.className },
        },
      ]
    return [
      {
        sentence: `Look at ${name} and what hangs below it.`,
        action: { kind: 'show-entry', entry: instance.entry },
      },
    ]
  })
}

/** To end a process closes all that it has open. */
function oneOfEachProcess<T extends Pick<Holder, 'creator'>>(clients: readonly T[]): readonly T[] {
  const seen = new Set<number>()
  return clients.filter(({ creator }) => {
    if (creator === null) return true
    const isNew = !seen.has(creator.pid)
    seen.add(creator.pid)
    return isNew
  })
}

function afterRelease(findings: BlockerFindings, unloadIt: Advice): readonly Advice[] {
  const isHung = findings.instances.some(
    each => each.isTerminated && each.mayBeStarting && each.openCount === 0,
  )
  if (isHung)
    return [
      captureAgain('Capture again to see whether it is gone'),
      { sentence: 'If it stays, restart the guest.', action: null },
    ]
  return [
    captureAgain('Capture again: what was held goes by itself'),
    {
      ...unloadIt,
      sentence: findings.when === 'before' ? 'Then unload it.' : 'Then unload it again.',
    },
  ]
}

function leakAdvice({ unseen }: BlockerFindings): readonly Advice[] {
  const classes = unseen.slice(0, 3).map(each => each.className)
  return [
    {
      sentence: `Restart the guest: only that removes what is left of ${classes.join(', ')}.`,
      action: null,
    },
    {
      sentence: `In the source of ${classes.join(', ')}, look for a retain() without a release(), for a notifier or a timer that is not removed in stop(), and for objects that are made and not released.`,
      action: null,
    },
    captureAgain('If the object is used by work that is under way, capture again'),
  ]
}

function captureAgain(sentence: string): Advice {
  return { sentence: `${sentence}.`, action: { kind: 'capture' } }
}
