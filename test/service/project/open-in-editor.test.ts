import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { editorCommand } from '../../../main/service/project/open-in-editor.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** A PATH on which only these programs are. */
function pathWith(...programs: readonly string[]): string {
  const folder = temporaryFolder()
  for (const name of programs) writeFileSync(join(folder, name), '', { mode: 0o755 })
  return folder
}

const command = async (env: NodeJS.ProcessEnv) =>
  (await editorCommand('/t/my file.cpp', 12, env))?.map(word => word.replace(/^.*\/(?=[^/]*$)/, ''))

test.each([
  ['code', ['code', '--goto', 'my file.cpp:12']],
  ['cursor', ['cursor', '--goto', 'my file.cpp:12']],
  ['zed', ['zed', 'my file.cpp:12']],
  ['subl', ['subl', 'my file.cpp:12']],
  ['mate', ['mate', '--line', '12', 'my file.cpp']],
  ['xed', ['xed', '--line', '12', 'my file.cpp']],
])('%s opens a line in its own way', async (program, expected) => {
  expect(await command({ PATH: pathWith(program) })).toEqual(expected)
})

test('what the user names comes first, as words and not as a line for a shell', async () => {
  const PATH = pathWith('code')
  const of = (KEXTANT_EDITOR: string) => command({ PATH, KEXTANT_EDITOR })
  expect(await of('vi +{line} {file}')).toEqual(['vi', '+12', 'my file.cpp'])
  expect(await of('emacsclient -n')).toEqual(['emacsclient', '-n', 'my file.cpp'])
  expect(await of(`"my editor" 'a b'c $HOME;`)).toEqual([
    'my editor',
    'a bc',
    '$HOME;',
    'my file.cpp',
  ])
  await expect(of('"vi {file}')).rejects.toThrow('KEXTANT_EDITOR is not to be understood')
})

test('a relative part of PATH is passed over: it would be anybody’s folder', async () => {
  const folder = relative(process.cwd(), pathWith('code'))
  expect((await command({ PATH: `${folder}:` })) ?? []).not.toContain('code')
})

test('without an editor the system’s opener is asked, and else nobody', async context => {
  context.skip(process.platform !== 'linux', 'elsewhere the opener is always there')
  expect(await command({ PATH: pathWith('xdg-open') })).toEqual(['xdg-open', 'my file.cpp'])
  expect(await command({ PATH: temporaryFolder() })).toBeUndefined()
})

test.each(['run.sh', 'Kextant.desktop', 'setup', 'a.html', 'my_kext.cpp.exe'])(
  '%s is not given to an opener that might run it, and is to an editor',
  async name => {
    const of = (PATH: string) => editorCommand(`/t/${name}`, 12, { PATH })
    if (process.platform === 'linux') expect(await of(pathWith('xdg-open'))).toBeNull()
    expect(await of(pathWith('code'))).not.toBeNull()
  },
)

test.each(['a.cpp', 'Info.plist', 'Makefile', 'kext.mk', 'kextant.yaml'])(
  '%s is given to the opener',
  async name => {
    if (process.platform !== 'linux') return
    const PATH = pathWith('xdg-open')
    expect(await editorCommand(`/t/${name}`, 12, { PATH })).toEqual([
      join(PATH, 'xdg-open'),
      `/t/${name}`,
    ])
  },
)
