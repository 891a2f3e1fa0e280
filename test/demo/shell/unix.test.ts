import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { freshSystem, sh } from './shell-runner.ts'

const kext =
  'mkdir -p K.kext/Contents/MacOS; echo p >K.kext/Contents/Info.plist; echo b >K.kext/Contents/MacOS/K; chmod 755 K.kext/Contents/MacOS/K; ln -s Contents K.kext/link'

test.each([
  [
    'echo abc >f; ls -l f | head -c 10; stat -f " %u %g %Lp %z %N %Sp" f',
    '-rw-r--r-- 501 20 644 4 f -rw-r--r--\n',
  ],
  [`${kext}; find K.kext -type f | sort`, 'K.kext/Contents/Info.plist\nK.kext/Contents/MacOS/K\n'],
  [`${kext}; find -L K.kext K.kext/link -maxdepth 1 -name 'I*'`, 'K.kext/link/Info.plist\n'],
  [
    `${kext}; find K.kext ! -type d -a \\( -name K -o -type l \\) -print0 | tr '\\0' '\\n' | sort`,
    'K.kext/Contents/MacOS/K\nK.kext/link\n',
  ],
  [
    `${kext}; cp -Rp K.kext L.kext; (cd L.kext; find . | sort; stat -f '%Lp' Contents/MacOS/K; readlink link)`,
    '.\n./Contents\n./Contents/Info.plist\n./Contents/MacOS\n./Contents/MacOS/K\n./link\n755\nContents\n',
  ],
  [
    `${kext}; chmod -R go-rwx,a+X K.kext; stat -f '%Lp' K.kext K.kext/Contents/Info.plist K.kext/Contents/MacOS/K`,
    '711\n600\n711\n',
  ],
  [`${kext}; rm -rf K.kext /nope; ls`, 'Desktop\nLibrary\n'],
  ['mkdir -m 700 d; mkdir -p d/e/f; rmdir d/e/f; ls -R d; mv d g; ls -dF g', 'e\n\nd/e:\ng/\n'],
  [
    'touch x; chmod u=rw,go= x; stat -f %Lp x; chmod +x x; stat -f %Lp x; chmod -x x; stat -f %Sp x',
    '600\n711\n-rw-------\n',
  ],
  [
    `${kext}; mkdir o; tar -cf - K.kext | (cd o && tar -xpf -); find o | wc -l; stat -f %Lp o/K.kext/Contents/MacOS/K`,
    '       7\n755\n',
  ],
  [
    `${kext}; printf 'K.kext/Contents/Info.plist\\0K.kext/link\\0' | tar -c -f - --null -T - | tar -tf -`,
    'K.kext/Contents/Info.plist\nK.kext/link\n',
  ],
  [
    `${kext}; tar czf a.tgz K.kext && tar tzf a.tgz | wc -l; tar -xf a.tgz -C /tmp && cat /tmp/K.kext/Contents/Info.plist`,
    '       6\np\n',
  ],
  [
    'echo text | gzip -c | gunzip; echo t >f; gzip f; ls f*; gzip -d f.gz; cat f',
    'text\nf.gz\nt\n',
  ],
  [
    `printf abc | shasum -a 256; printf abc >f; md5 f; md5 -q f`,
    `${createHash('sha256').update('abc').digest('hex')}  -\nMD5 (f) = 900150983cd24fb0d6963f7d28e17f72\n900150983cd24fb0d6963f7d28e17f72\n`,
  ],
  [
    'id -u; id -un; id -g; whoami; groups; hostname',
    '501\nauthor\n20\nauthor\nstaff admin\ndarwinos\n',
  ],
  [
    'printf "b\\na\\nb\\n" | sort | uniq -c; printf "10\\n9\\n" | sort -n; printf "b\\na\\nb\\n" | sort -ru',
    '   1 a\n   2 b\n9\n10\nb\na\n',
  ],
  [
    'printf "1\\n2\\n3\\n" >f; head -n 1 f; tail -n 1 f; tail -n +2 f; head -2 f; tail -c 2 f',
    '1\n3\n2\n3\n1\n2\n3\n',
  ],
  [
    'printf "IOLog one\\nother\\n" >f; grep -c IO f; grep -in OTHER f; grep -v IO f; grep -F "g o" f; grep -E "^(o|x)" f; grep -q zz f; echo $?',
    '1\n2:other\nother\nIOLog one\nother\n1\n',
  ],
  [
    "printf 'a b\\0c' | xargs -0 -n 1 echo x; echo '1 2' | xargs -I X echo X-X; basename /a/b.kext .kext; dirname /a/b",
    'x a b\nx c\n1 2-1 2\nb\n/a\n',
  ],
  ['env -i A=1 env; A=2 env | grep ^A=', 'A=1\nA=2\n'],
  [
    'D=$(mktemp -d /tmp/t.XXXXXX); test -d $D && stat -f %Lp $D; date +%Y | wc -c; ln -sf a l; ln -sf b l; readlink l',
    '700\n       5\nb\n',
  ],
  ['xattr -cr K.kext; echo $?', '0\n'],
])('%s', async (text, expected) => {
  expect(await sh(text)).toMatchObject({ out: expected, err: '' })
})

test.each([
  ['cat /x', 1, 'cat: /x: No such file or directory\n'],
  ['cat /tmp', 1, 'cat: /tmp: Is a directory\n'],
  ['ls /x', 1, 'ls: /x: No such file or directory\n'],
  ['mkdir /tmp', 1, 'mkdir: /tmp: File exists\n'],
  ['mkdir a/b', 1, 'mkdir: a/b: No such file or directory\n'],
  ['rm Desktop', 1, 'rm: Desktop: is a directory\n'],
  ['rmdir /Users', 1, 'rmdir: /Users: Permission denied\n'],
  ['touch f; cp f /Library/Extensions/', 1, 'cp: /Library/Extensions/f: Permission denied\n'],
  ['touch f; chown root:wheel f', 1, 'chown: f: Operation not permitted\n'],
  ['chown nobody-here f', 1, 'chown: nobody-here: illegal user name\n'],
  ['chmod u+s /bin/ls', 1, 'chmod: /bin/ls: Operation not permitted\n'],
  ['rm -rf /', 1, 'rm: "/" may not be removed\n'],
  ['cp -R Desktop Desktop/x', 1, 'cp: Desktop: Invalid argument\n'],
  ['echo junk | gunzip', 1, 'gunzip: stdin: not in gzip format\n'],
])('%s is refused in the words of BSD', async (text, code, err) => {
  expect(await sh(text)).toMatchObject({ code, err })
})

test('root may do what author may not, and a push is mended by chown and chmod', async () => {
  const system = freshSystem()
  await sh(`${kext}; chmod -R g+w K.kext`, { system })
  const fixed = await sh(
    `cp -R /Users/author/K.kext /Library/Extensions/ && chown -R root:wheel /Library/Extensions/K.kext && chmod -R go-w /Library/Extensions/K.kext && find /Library/Extensions/K.kext ! -user root -o -perm +22 ! -type l; stat -f '%u:%g %Sp' /Library/Extensions/K.kext/link`,
    { system, root: true },
  )
  expect(fixed).toEqual({ code: 0, out: '0:0 lrwxr-xr-x\n', err: '' })
})

test('an archive cannot leave the folder it is unpacked in', async () => {
  const { pack } = await import('tar-stream')
  const evil = pack()
  evil.entry({ name: '../../../tmp/evil' }, 'x')
  evil.entry({ name: '/tmp/absolute' }, 'y')
  evil.finalize()
  const parts: Buffer[] = []
  for await (const part of evil as AsyncIterable<Buffer>) parts.push(part)
  const outcome = await sh('mkdir d; cd d; tar -xf -; echo $?; find . /tmp/ -type f', {
    input: Buffer.concat(parts),
  })
  expect(outcome.out).toBe('1\n./tmp/absolute\n')
  expect(outcome.err).toContain('tar: ../../../tmp/evil: Operation not permitted')
})

test('a cut or broken archive is reported, not thrown', async () => {
  const { code, err } = await sh('tar -xzf -', {
    input: gzipSync(Buffer.alloc(5000, 65)).subarray(0, 20),
  })
  expect([code, err]).toEqual([1, 'tar: Error opening archive: Unrecognized archive format\n'])
  expect((await sh('tar -xf -', { input: Buffer.alloc(2000, 65) })).code).toBe(1)
})
