/** The look of a report: the window's own colours, in both themes, and on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--bg:#fff;--side:#f7f8f9;--line:#e6e9ec;--text:#1b2127;--soft:#4d5863;--accent:#1f66c7;--good:#1a7440;--bad:#b3261e;--warn:#8a5a00;--note:#fcf2dc}
@media(prefers-color-scheme:dark){:root{--bg:#17191c;--side:#1c1f23;--line:#2a2e34;--text:#e6e9ec;--soft:#b3bbc3;--accent:#6ea8f5;--good:#62c98b;--bad:#f2877e;--warn:#e5b45a;--note:#352a12}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:13px/1.5 Inter,system-ui,sans-serif}
header,main,footer{max-width:1200px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
footer{padding-top:32px;padding-bottom:32px}
h1{margin:0;font-size:22px;line-height:1.3;font-weight:600;overflow-wrap:anywhere}
h2{margin:32px 0 8px;padding-bottom:6px;border-bottom:1px solid var(--line);font-size:15px;font-weight:600;overflow-wrap:anywhere}
header p{margin:6px 0;overflow-wrap:anywhere}
.soft,.count{color:var(--soft)}
.count{margin-inline-start:6px;font-weight:400;font-size:13px}
.note,main .note{margin:8px 0;padding:8px 12px;border-radius:6px;background:var(--note);font:inherit}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 24px;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code,pre,td,th,summary,main section>p,div>p,.properties dt,.properties dd{font:12px/1.5 'JetBrains Mono',ui-monospace,Menlo,Consolas,monospace}
pre{margin:0;padding:12px;border-radius:6px;background:var(--side);white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:2px 16px 2px 0;text-align:start;vertical-align:top;white-space:nowrap}
tbody tr{border-top:1px solid var(--line)}
thead th{color:var(--soft);font-weight:400}
summary,div>p,section>p{margin:0;padding:1px 0 1px 16px;text-indent:-16px;list-style:none;overflow-wrap:anywhere}
summary{cursor:pointer}
summary::-webkit-details-marker{display:none}
summary::before,div>p:not(.note)::before,section>p:not(.note,.soft)::before{content:'▸';display:inline-block;width:16px;color:var(--soft);text-indent:0}
details[open]>summary::before{content:'▾'}
div>p:not(.note)::before,section>p:not(.note,.soft)::before{content:'·'}
section>p.soft,section>p.note{padding-inline-start:0;text-indent:0;font:inherit}
section>p.note{padding:8px 12px}
details>div:empty{display:none}
details>div{margin-inline-start:7px;padding-inline-start:14px;border-inline-start:1px solid var(--line)}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:1px;border-radius:3px}
b{font-weight:600}
code{color:var(--accent)}
i,u{margin-inline-start:8px;font-size:11px;font-style:normal;text-decoration:none;color:var(--soft)}
i{color:var(--warn)}
.properties{margin:0 0 4px}
.properties summary{color:var(--soft)}
.properties dl{grid-template-columns:minmax(120px,260px) minmax(0,1fr);gap:0;padding-inline-start:16px}
.properties dt{padding-inline-end:16px}
.properties dt,.properties dd{padding-block:2px;border-top:1px solid var(--line);overflow-wrap:anywhere}
.gone{text-decoration:line-through}
.added{color:var(--good)}.removed{color:var(--bad)}.changed{color:var(--warn)}
ul{margin:0;padding-inline-start:20px;overflow-wrap:anywhere}
@media(max-width:720px){header,main,footer{padding-inline:14px}details>div{margin-inline-start:4px;padding-inline-start:8px}.properties dl{grid-template-columns:minmax(0,1fr);padding-inline-start:8px}.properties dd{padding-top:0;padding-inline-start:12px;border-top:0}}
@media print{:root{--bg:#fff;--side:#fff;--line:#ccc;--text:#000;--soft:#444;--accent:#1a4f99;--good:#14592f;--bad:#8f1e18;--warn:#6b4600;--note:#fff}@page{margin:14mm}header,main,footer{max-width:none;padding:0}h2{break-after:avoid}summary,.note{break-inside:avoid}.note{border:1px solid #ccc}}
`.trim()
