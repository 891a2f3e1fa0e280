import { expect, test } from 'vitest'
import { matchesPattern } from '../../../main/demo/shell/pattern.ts'
import { freshSystem, sh } from './shell-runner.ts'

test.each([
  // words
  [`echo a  b 'c  d' "e  f" g\\ h`, 'a b c  d e  f g h\n'],
  [`X='1  2'; echo $X "$X" '$X' \${X}3 "\${X}3"`, '1 2 1  2 $X 1 23 1  23\n'],
  [`echo "a\\"b\\$c\\\\d" 'it'\\''s'`, `a"b$c\\d it's\n`],
  [`echo a#b # a comment`, 'a#b\n'],
  [`echo "" '' | cat -`, ' \n'],
  [`E=; set -- $E "$E" x; echo $#`, '2\n'],
  [`set -- 'a b' c; for i in "$@"; do echo "<$i>"; done`, '<a b>\n<c>\n'],
  [`echo ~ ~/x "~"`, '/Users/author /Users/author/x ~\n'],
  [`echo one \\\n two`, 'one two\n'],
  // parameters
  [`echo \${NO:-default} \${HOME:+set} \${NO-d2}`, 'default set d2\n'],
  [
    `F=/a/b.kext/c.txt; echo \${F##*/} \${F%.*} \${F#*/} \${F%%/*} \${#F}`,
    'c.txt /a/b.kext/c a/b.kext/c.txt 15\n',
  ],
  [`false; echo $?; true; echo $?`, '1\n0\n'],
  // lists
  [`true && echo yes || echo no; false && echo yes || echo no`, 'yes\nno\n'],
  [`! false && echo inverted`, 'inverted\n'],
  [`(cd /tmp; X=1; pwd); pwd; echo "[$X]"`, '/tmp\n/Users/author\n[]\n'],
  [`{ echo a; echo b; } | tail -1`, 'b\n'],
  [`if false; then echo 1; elif true; then echo 2; else echo 3; fi`, '2\n'],
  [`for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done`, '1\n3\n'],
  [`for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done`, '1a\n'],
  [`printf 'a 1\\nb 2\\n' | while read -r name n; do echo "$n-$name"; done`, '1-a\n2-b\n'],
  [`case a.kext in *.txt) echo t ;; x|*.kext) echo k ;; *) echo o ;; esac`, 'k\n'],
  [`case '*' in '*') echo star ;; esac; case x in '*') echo wrong ;; esac`, 'star\n'],
  // substitution
  [`echo $(echo a; echo b) "$(printf 'x\\n\\n')" \`echo c\``, 'a b x c\n'],
  [`X=$(false); echo $?; echo "$(echo "in $(echo deep)")"`, '1\nin deep\n'],
  // redirections
  [`echo one >f; echo two >>f; cat <f; wc -l <f`, 'one\ntwo\n       2\n'],
  [`ls /nope 2>/dev/null; echo $?; { echo e >&2; } 2>&1 | cat`, '1\ne\n'],
  [`echo out 2>&1 >/dev/null; sh -c 'echo e >&2' 2>&1 >/dev/null`, 'e\n'],
  [`>empty; test -e empty && ! test -s empty && echo made`, 'made\n'],
  // what stdin is
  [`printf '1\\n2\\n3\\n' | { head -1; echo --; cat; }`, '1\n--\n2\n3\n'],
  [`printf '1\\n2\\n' | (read a; echo "a=$a"; cat)`, 'a=1\n2\n'],
  // globbing
  [
    `mkdir d; touch d/a.c d/b.c d/.hid d/c.h; echo d/*.c d/? "d/*"; echo d/*x; cd d; echo *`,
    'd/a.c d/b.c d/? d/*\nd/*x\na.c b.c c.h\n',
  ],
  [`touch '[x]' 'a*b'; echo '[x]' a\\*b a*`, '[x] a*b a*b\n'],
  // builtins
  [`command -v cd ls nope; echo $?; type ls; which ls`, 'cd\n/bin/ls\n1\nls is /bin/ls\n/bin/ls\n'],
  [`printf '%s-%05d-%x-%c\\n' a 42 255 z b 7 16 yy`, 'a-00042-ff-z\nb-00007-10-y\n'],
  [`printf '%s\\n' "é" | wc -c; printf '\\101\\x42%%\\n'`, '       3\nAB%\n'],
  [`test 1 -lt 2 -a x != y && [ -d /tmp ] && [ ! -e /nope ] && [ -z "" ] && echo ok`, 'ok\n'],
  [`export A=1; B=2; sh -c 'echo $A-$B-$C'; C=3 sh -c 'echo $C'; echo "[$C]"`, '1--\n3\n[]\n'],
  [`eval 'X=5; echo $X'; sh -c 'echo $0 $1' name arg`, '5\nname arg\n'],
  [`exec echo gone; echo never`, 'gone\n'],
])('%s', async (text, expected) => {
  expect(await sh(text)).toMatchObject({ out: expected, err: '' })
})

test.each([
  ['exit 7', 7, ''],
  ['(exit 3); exit', 3, ''],
  ['true | false', 1, ''],
  ['false | true', 0, ''],
  ['set -e; false; echo never', 1, ''],
  ['set -e; if false; then :; fi; false || true; exit 4', 4, ''],
  ['set -u; echo $NOPE; echo never', 1, 'sh: NOPE: unbound variable\n'],
  ['nope', 127, 'sh: nope: command not found\n'],
  ['/nope', 127, 'sh: /nope: No such file or directory\n'],
  ['/tmp', 126, 'sh: /tmp: Permission denied\n'],
  ['echo x >/Library/x', 1, 'sh: /Library/x: Permission denied\n'],
  ['cat </nope', 1, 'sh: /nope: No such file or directory\n'],
  ['cd /nope', 1, 'sh: cd: /nope: No such file or directory\n'],
  ['[ 1 -eq x ]', 2, 'sh: [: x: integer expression expected\n'],
])('%s ends with %i', async (text, code, err) => {
  expect(await sh(text)).toEqual({ code, out: '', err })
})

test.each([
  ["echo 'a", "unexpected EOF while looking for matching `''"],
  ['echo "a', 'unexpected EOF while looking for matching `"\''],
  ['echo $(ls', 'syntax error: unexpected end of file'],
  ['if true; then', 'syntax error: unexpected end of file'],
  ['; echo', "syntax error near unexpected token `;'"],
  ['echo a | | cat', "syntax error near unexpected token `|'"],
  ['echo )', "syntax error near unexpected token `)'"],
  ['done', "syntax error near unexpected token `done'"],
  ['sleep 1 &', 'background jobs are not supported'],
  ['cat <<E', 'here documents are not supported'],
  ['echo $((1+1))', 'arithmetic is not supported'],
  ['f() { :; }', "syntax error near unexpected token `('"],
])('%s is refused whole, with exit code 2', async (text, problem) => {
  expect(await sh(`${text}`)).toEqual({ code: 2, out: '', err: `sh: ${problem}\n` })
})

test('random text never throws anything but a syntax error, and never hangs', async () => {
  const pieces = [
    'a',
    ' ',
    "'",
    '"',
    '$',
    '(',
    ')',
    '{',
    '}',
    '|',
    '&',
    ';',
    '\n',
    '\\',
    '`',
    '>',
    '<',
    '*',
    '#',
    'if',
    'fi',
    'do',
    'done',
    'for',
    'in',
    'case',
    '${x',
    '$(',
    '!',
    '~',
    '=',
    '\0',
    '\u{1F600}',
  ]
  const system = freshSystem()
  let seed = 12345
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % below
  }
  for (let i = 0; i < 3000; i++) {
    const text = Array.from({ length: random(14) }, () => pieces[random(pieces.length)]).join('')
    const { code } = await sh(text, { system })
    expect(code, JSON.stringify(text)).toBeGreaterThanOrEqual(0)
  }
})

test('a pipeline ends when its reader does', async () => {
  expect(await sh('yes | head -2; echo done')).toMatchObject({ out: 'y\ny\ndone\n' })
})

test('a pattern with many stars takes no more than a moment', () => {
  const started = performance.now()
  expect(matchesPattern('a*'.repeat(30) + 'b', 'a'.repeat(5000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(20_000)
})
