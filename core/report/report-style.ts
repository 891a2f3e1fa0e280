/** The look of a report: the window's own colours, in both themes, and on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--bg:#fff;--side:#f7f8f9;--line:#e6e9ec;--text:#1b2127;--soft:#4d5863;--accent:#1f66c7;--good:#1a7440;--bad:#b3261e;--warn:#8a5a00;--note:#fcf2dc}
@media(prefers-color-scheme:dark){:root{--bg:#17191c;--side:#1c1f23;--line:#2a2e34;--text:#e6e9ec;--soft:#b3bbc3;--accent:#6ea8f5;--good:#62c98b;--bad:#f2877e;--warn:#e5b45a;--note:#352a12}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:13px/1.5 Inter,system-ui,sans-serif}
header,main,footer{max-width:1200px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
footer{padding-bottom:32px}
h1{margin:0;font-size:22px;line-height:1.3;font-weight:600}
h2{margin:32px 0 8px;padding-bottom:6px;border-bottom:1px solid var(--line);font-size:15px;font-weight:600}
p{margin:6px 0}
.soft,.count,.state,.id{color:var(--soft)}
.count{margin-inline-start:6px;font-weight:400;font-size:13px}
.note{padding:8px 12px;border-radius:6px;background:var(--note)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 24px;margin:0}
dt{color:var(--soft)}
dd{margin:0}
code,pre,td,th,summary{font:12px/1.5 'JetBrains Mono',ui-monospace,Menlo,Consolas,monospace}
pre{margin:0;padding:12px;border-radius:6px;background:var(--side);white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{padding:2px 12px 2px 0;text-align:start;vertical-align:top;overflow-wrap:anywhere}
tbody tr,.properties tr{border-top:1px solid var(--line)}
thead th{color:var(--soft);font-weight:400}
.properties th{width:260px;color:var(--soft);font-weight:400}
summary{cursor:pointer;padding:1px 0;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:'▸';display:inline-block;width:16px;color:var(--soft)}
details[open]>summary::before{content:'▾'}
details>div:empty{display:none}
details>div{margin-inline-start:7px;padding-inline-start:14px;border-inline-start:1px solid var(--line)}
details:has(>div:empty)>summary::before{content:'·'}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:1px;border-radius:3px}
b{font-weight:600}
code{color:var(--accent)}
.state,.id{font-size:11px;margin-inline-start:8px}
.properties{margin:2px 0 6px}
.gone{text-decoration:line-through}
.added{color:var(--good)}.removed{color:var(--bad)}.changed{color:var(--warn)}
ul{margin:0;padding-inline-start:20px}
@media print{details>div{border-color:#ccc}h2{break-after:avoid}}
`.trim()
