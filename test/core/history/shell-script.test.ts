import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shellScript } from '../../../core/history/shell-script.ts'
import { quoteCommand } from '../../../main/guest/quote.ts'
import { smallRecord, smallStep } from '../../helpers/small-record.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** Reads the script as the shell does, without running it. */
function check(script: string): { readonly status: number | null; readonly said: string } {
  const path = join(temporaryFolder(), 'script.sh')
  writeFileSync(path, script)
  const { status, stderr } = spawnSync('/bin/sh', ['-n', path], { encoding: 'utf8' })
  return { status, said: stderr }
}

const loop = smallRecord({
  title: 'Push and load MyKext.kext',
  steps: [
    smallStep('ioreg, kextstat, ioclasscount, dmesg', { phase: 'look', changesGuest: false }),
    smallStep('put -r /home/dev/MyKext.kext /tmp/k/MyKext.kext', {
      phase: 'push',
      explanation: 'Sends the bundle there by SFTP.',
    }),
    smallStep('sudo /bin/sh -c \'mv "$1" "$2"\' sh /tmp/k /Library/Extensions/MyKext.kext', {
      phase: 'push',
    }),
    smallStep('sudo /sbin/kextunload -b com.example.MyKext', { status: 'skipped' }),
    smallStep('sudo /sbin/kextload /Library/Extensions/MyKext.kext'),
    smallStep('ioreg -i -w0 -p IOService', { phase: 'settle', changesGuest: false }),
    smallStep('verify', { phase: 'verify', changesGuest: false }),
  ],
})

test('commands that ran are lines, transfers are comments, and what was skipped is not there', () => {
  expect(shellScript([loop]).split('\n')).toEqual([
    '#!/bin/sh',
    '# What Kextant ran in the guest. Lines that begin with “#” were done in another way.',
    'set -e',
    '',
    '# Push and load MyKext.kext, on The guest, 2026-01-02T03:04:05.000Z',
    '# ioreg, kextstat, ioclasscount, dmesg — Does it.',
    '# put -r /home/dev/MyKext.kext /tmp/k/MyKext.kext — Sends the bundle there by SFTP.',
    '# Does it.',
    'sudo /bin/sh -c \'mv "$1" "$2"\' sh /tmp/k /Library/Extensions/MyKext.kext',
    '# Does it.',
    'sudo /sbin/kextload /Library/Extensions/MyKext.kext',
    '# Does it.',
    'ioreg -i -w0 -p IOService || true',
    '# verify — Does it.',
    '',
  ])
  expect(check(shellScript([loop]))).toEqual({ status: 0, said: '' })
})

test('a transfer through tar is a comment, too', () => {
  const command = "/usr/bin/tar -xf - -C /tmp/k < '/home/dev/MyKext.kext as tar'"
  const script = shellScript([smallRecord({ steps: [smallStep(command, { phase: 'push' })] })])
  expect(script).toContain(`# ${command} — Does it.`)
  expect(script).not.toMatch(/^\/usr\/bin\/tar/m)
})

test('what failed says so, and does not end the script', () => {
  const failed = smallRecord({
    status: 'failed',
    conclusion: 'refused',
    steps: [smallStep('sudo /sbin/kextload /a.kext', { status: 'failed', exitCode: 71 })],
  })
  const script = shellScript([failed])
  expect(script).toContain('sudo /sbin/kextload /a.kext || true\n# It failed with 71.')
  expect(script).toContain('# It ended as: refused')
})

test('names that are commands stay names', () => {
  const folder = temporaryFolder()
  const trap = join(folder, 'trap')
  mkdirSync(trap)
  const names = [
    `a'; touch ${trap}/1; '`,
    `$(touch ${trap}/2)`,
    `\`touch ${trap}/3\``,
    `line\ntouch ${trap}/4\n`,
    `x || touch ${trap}/5 #`,
    `\u2028touch ${trap}/6\rtouch ${trap}/7`,
    `a\u202etouch ${trap}/8\u2066`,
  ]
  const records = names.map(name =>
    smallRecord({
      title: name,
      targetLabel: name,
      steps: [
        smallStep(quoteCommand(['/bin/echo', name]), { explanation: name }),
        smallStep(`put -r ${name}`, { phase: 'push', explanation: name }),
        smallStep('sudo /bin/false', { status: 'failed', exitCode: 1, explanation: name }),
      ],
    }),
  )
  const script = shellScript(records)
  expect(check(script)).toEqual({ status: 0, said: '' })
  const path = join(folder, 'script.sh')
  writeFileSync(path, script.replaceAll('sudo ', ''))
  const { stdout } = spawnSync('/bin/sh', [path], { encoding: 'utf8' })
  expect(readdirSync(trap)).toEqual([])
  for (const name of names) expect(stdout).toContain(`${name}\n`)
  const comments = script.split('\n').filter(line => line.startsWith('#'))
  expect(comments.join('')).not.toMatch(/[\u202e\u2066]/)
})

test('records come in the order in which they were made', () => {
  const at = (second: number) =>
    smallRecord({ title: `${second}`, startedAt: `2026-01-02T03:04:0${second}.000Z` })
  const titles = [...shellScript([at(3), at(1), at(2)]).matchAll(/^# (\d), on/gm)]
  expect(titles.map(([, title]) => title)).toEqual(['1', '2', '3'])
})
