import { beforeEach, expect, test } from 'vitest'
import { FileSystemError } from '../../../main/demo/files/file-system.ts'
import { MemoryFileSystem } from '../../../main/demo/files/memory-file-system.ts'

const root = { uid: 0, gid: 0 }
const author = { uid: 501, gid: 20 }
const other = { uid: 502, gid: 20 }
const bytes = (text: string) => new TextEncoder().encode(text)

let files: MemoryFileSystem

beforeEach(() => {
  files = new MemoryFileSystem()
  files.makeDirectory('/tmp', root, 0o1777)
  files.makeDirectory('/home', root, 0o755)
  files.makeDirectory('/home/author', root, 0o755)
  files.changeOwner('/home/author', 501, 20, root)
})

function code(action: () => unknown): string {
  try {
    action()
    return 'done'
  } catch (error) {
    if (error instanceof FileSystemError) return error.code
    throw error
  }
}
const text = (path: string) => new TextDecoder().decode(files.read(path, root))

test('dots and symlinks lead where Unix leads them', () => {
  files.write('/home/author/a', bytes('a'), author)
  files.makeSymlink('/home/author/up', '..', author)
  files.makeSymlink('/home/author/abs', '/home/author/a', author)
  files.makeSymlink('/loop', '/loop', root)
  expect(text('/home/../home/./author//a')).toBe('a')
  // `..` is taken from where the symlink leads, not from where it lies.
  expect(files.realPath('/home/author/up/..', root)).toBe('/')
  expect(text('/home/author/up/author/abs')).toBe('a')
  expect(text('/../../../home/author/a')).toBe('a')
  expect(files.linkStatus('/home/author/abs', root).kind).toBe('symlink')
  expect(code(() => files.read('/loop', root))).toBe('ELOOP')
  expect(code(() => files.read('/home/author/a/x', root))).toBe('ENOTDIR')
  expect(code(() => files.read('/home/author/a/', root))).toBe('ENOTDIR')
})

test('owner, group and others are asked for their own bits only', () => {
  files.write('/home/author/f', bytes('f'), author, 0o640)
  expect(code(() => files.read('/home/author/f', other))).toBe('done')
  expect(code(() => files.read('/home/author/f', { uid: 7, gid: 7 }))).toBe('EACCES')
  expect(code(() => files.write('/home/author/f', bytes('x'), other))).toBe('EACCES')
  files.changeMode('/home/author/f', 0o077, author)
  expect(code(() => files.read('/home/author/f', author))).toBe('EACCES')
  expect(code(() => files.read('/home/author/f', root))).toBe('done')
  files.changeMode('/home/author', 0o600, author)
  expect(code(() => files.status('/home/author/f', author))).toBe('EACCES')
})

test('a sticky folder lets nobody take away what is another’s', () => {
  files.write('/tmp/f', bytes('f'), author)
  expect(code(() => files.removeFile('/tmp/f', other))).toBe('EPERM')
  expect(code(() => files.rename('/tmp/f', '/tmp/g', other))).toBe('EPERM')
  expect(code(() => files.removeFile('/tmp/f', author))).toBe('done')
})

test('only root gives files away, only owners change modes and times', () => {
  files.write('/tmp/f', bytes('f'), author)
  expect(code(() => files.changeOwner('/tmp/f', 0, 0, author))).toBe('EPERM')
  expect(code(() => files.changeOwner('/tmp/f', 501, 20, author))).toBe('done')
  expect(code(() => files.changeMode('/tmp/f', 0o777, other))).toBe('EPERM')
  expect(code(() => files.changeTimes('/tmp/f', 0, other))).toBe('EPERM')
  expect(code(() => files.changeOwner('/tmp/f', 0, 0, root))).toBe('done')
})

test('replacing a file keeps its owner and mode; a new one takes the group of its folder', () => {
  files.write('/home/author/f', bytes('1'), author, 0o600)
  files.write('/home/author/f', bytes('2'), root, 0o644)
  expect(files.status('/home/author/f', root)).toMatchObject({ uid: 501, gid: 20, mode: 0o600 })
  files.write('/home/author/g', bytes(''), root)
  expect(files.status('/home/author/g', root)).toMatchObject({ uid: 0, gid: 20, mode: 0o644 })
})

test('rename replaces files and empty folders, and refuses the rest', () => {
  for (const path of ['/a', '/a/b', '/full', '/full/x', '/empty']) files.makeDirectory(path, root)
  files.write('/f', bytes('f'), root)
  expect(code(() => files.rename('/a', '/a/b/c', root))).toBe('EINVAL')
  expect(code(() => files.rename('/a', '/full', root))).toBe('ENOTEMPTY')
  expect(code(() => files.rename('/a', '/f', root))).toBe('ENOTDIR')
  expect(code(() => files.rename('/f', '/a', root))).toBe('EISDIR')
  expect(code(() => files.rename('/a', '/empty', root))).toBe('done')
  expect(files.realPath('/empty/b/..', root)).toBe('/empty')
  expect(code(() => files.rename('/nope', '/x', root))).toBe('ENOENT')
  expect(code(() => files.rename('/f', '/home/f', author))).toBe('EACCES')
})

test('an open file outlives its name, and what was read does not change', () => {
  files.write('/tmp/f', bytes('first'), author)
  const read = files.read('/tmp/f', author)
  const open = files.open('/tmp/f', { read: true, write: true }, author)
  open.write(0, bytes('F'))
  expect(new TextDecoder().decode(read)).toBe('first')
  files.removeFile('/tmp/f', author)
  open.write(7, bytes('!'))
  expect(new TextDecoder().decode(open.read(0, 100))).toBe('First\0\0!')
  expect(files.exists('/tmp/f')).toBe(false)
})

test('a file written in small pieces at offsets takes linear time', () => {
  const open = files.open('/tmp/big', { write: true, create: true }, author)
  const piece = new Uint8Array(1000).fill(1)
  const started = performance.now()
  for (let i = 0; i < 20_000; i++) open.write(i * 1000, piece)
  expect(open.status().size).toBe(20_000_000)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('hostile names and sizes are refused', () => {
  const small = new MemoryFileSystem(1000)
  expect(code(() => small.write('/f', new Uint8Array(2000), root))).toBe('ENOSPC')
  const open = small.open('/g', { write: true, create: true }, root)
  expect(code(() => open.write(2 ** 40, bytes('x')))).toBe('ENOSPC')
  expect(code(() => files.write('/a\0b', bytes(''), root))).toBe('EINVAL')
  expect(code(() => files.write(`/${'x'.repeat(300)}`, bytes(''), root))).toBe('ENAMETOOLONG')
  expect(code(() => files.status('/x'.repeat(1000), root))).toBe('ENAMETOOLONG')
  expect(code(() => files.status('', root))).toBe('ENOENT')
  expect(code(() => files.makeDirectory('/__proto__', root))).toBe('done')
  expect(files.list('/', root)).toContain('__proto__')
})
