#include "report/html.hpp"

namespace mls::report {

std::string_view report_style() {
  return R"css(
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1d2129; --soft: #5a6270; --line: #e2dfd9; --grid: #e8e5df;
  --human: #8b929e; --baseline: #b9bec7; --start: #5a6270; --accent: #2f5fd0; --hidden: #9a5b00; --hidden-wash: #fff6e6;
  --good: #1a7f4b; --bad: #b3261e; --agent-share: 52%; --vanilla-share: 88%;
  --s0: #2f5fd0; --s1: #d1600f; --s2: #0b8a6b; --s3: #a8328a; --s4: #8a6d00; --s5: #0a87b8; --s6: #b3261e; --s7: #5b4bc4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161b; --card: #1c1f26; --ink: #e9eaee; --soft: #a3abb8; --line: #30343e; --grid: #2a2e37;
    --human: #8f97a5; --baseline: #565d6a; --start: #c5cbd6; --accent: #86a9ff; --hidden: #f0b45a; --hidden-wash: #2b2418;
    --good: #63cf98; --bad: #ff8b80; --agent-share: 100%; --vanilla-share: 55%;
    --s0: #86a9ff; --s1: #ff9d5c; --s2: #4fcfae; --s3: #ec8fd2; --s4: #dcc257; --s5: #62c6ef; --s6: #ff8b80; --s7: #ab9ff5;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .4rem; }
h2 { font-size: 1.45rem; letter-spacing: -.01em; margin: 0 0 .3rem; }
h3 { font-size: 1.05rem; margin: 0; }
p { margin: .4rem 0 .8rem; max-width: 80ch; }
time { white-space: nowrap; }
a { color: var(--accent); text-underline-offset: .15em; }
.lead { color: var(--soft); font-size: 1.05rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.2rem; margin: 1.2rem 0 0; padding: 0; list-style: none; }
.facts b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
.facts span { color: var(--soft); font-size: .85rem; }
nav { margin: 1.6rem 0 0; padding: .8rem 0; border-block: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .3rem 1.3rem;
  font-size: .92rem; }
section { margin: 3rem 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.2rem 1.3rem; margin: 1rem 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 1rem; margin: 1rem 0; }
.cards .card { margin: 0; min-width: 0; }
.card > p { font-size: .9rem; color: var(--soft); }
.hidden-setting { border-color: var(--hidden); background: linear-gradient(var(--hidden-wash), var(--card) 5rem); }
.badge { display: inline-block; font-size: .74rem; font-weight: 600; line-height: 1; padding: .3em .6em; border-radius: 1em;
  border: 1px solid var(--line); color: var(--soft); vertical-align: .15em; white-space: nowrap; }
.badge.hide { border-color: var(--hidden); color: var(--hidden); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .88rem; padding: 0 0 .5rem; }
th, td { padding: .42rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; font-size: .8rem; vertical-align: bottom; border-bottom: 2px solid var(--line); }
th[scope=row], th.left, td.left { text-align: left; }
th[scope=row] { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
tr.submission th[scope=row] { font-weight: 700; }
tr.human_sota, tr.start { color: var(--soft); } tr.human_sota th, tr.start th { font-style: italic; }
tr.partial:not(.partial ~ .partial) > * { border-top: 2px solid var(--line); }
td small { color: var(--soft); }
td.total { min-width: 11rem; background: linear-gradient(90deg, color-mix(in srgb, var(--accent) 26%, transparent) calc(var(--s) * 1%), transparent 0)
  no-repeat 0 50% / 100% 62%; }
tr.human_sota td.total, tr.start td.total, tr.baseline td.total { background-image: linear-gradient(90deg,
  color-mix(in srgb, var(--human) 32%, transparent) calc(var(--s) * 1%), transparent 0); }
td.heat { background: color-mix(in srgb, var(--accent) calc(var(--s) * .42%), transparent); }
tr.human_sota td.heat, tr.start td.heat { background: color-mix(in srgb, var(--human) calc(var(--s) * .42%), transparent); }
.plus { color: var(--good); } .minus, .failed { color: var(--bad); }
.note { color: var(--soft); font-size: .9rem; margin: .2rem 0; max-width: none; }
.chart { display: block; width: 100%; height: auto; font-size: 12.5px; }
.chart text { fill: var(--ink); } .chart .grid text, .chart .missing { fill: var(--soft); }
.chart .missing { font-style: italic; font-size: 11px; }
.grid line { stroke: var(--grid); } .grid line.half { stroke: var(--human); stroke-dasharray: 3 3; }
.track { stroke: var(--line); } .whisker { stroke: var(--ink); stroke-width: 1.3; fill: none; opacity: .75; }
.tick { stroke: var(--start); stroke-width: 2.5; }
.band { fill: var(--human); opacity: .25; } .value { font-variant-numeric: tabular-nums; }
.s0, .s1, .s2, .s3, .s4, .s5, .s6, .s7 { --c: var(--s0); }
.s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); } .s5 { --c: var(--s5); }
.s6 { --c: var(--s6); } .s7 { --c: var(--s7); } .baseline { --c: var(--baseline); } .human { --c: var(--human); } .start { --c: var(--start); }
.bar { fill: var(--c); } .start .bar { fill-opacity: .55; }
.bar.agent { fill: color-mix(in srgb, var(--c) var(--agent-share), white); } .bar.vanilla { fill: color-mix(in srgb, var(--c) var(--vanilla-share), black); }
.lost { fill: none; stroke: var(--c); stroke-dasharray: 3 2; } .edge { stroke: var(--human); stroke-width: 1.5; fill: none; }
.chart text[class*=" s"] { font-weight: 700; } .chart text.start, .chart text.baseline, .chart text.human { font-weight: 400; }
.mark > * { fill: var(--c); stroke: var(--card); stroke-width: 1.2; } .mark.baseline > * { fill-opacity: .9; }
.mark.start > * { stroke: var(--start); stroke-width: 2.5; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .85rem; color: var(--soft); margin: .2rem 0 .8rem; padding: 0; list-style: none; }
.legend svg { width: 16px; height: 16px; vertical-align: -3px; margin-right: .35em; }
.prose p, .prose ul { font-size: .92rem; color: inherit; max-width: 90ch; } .prose ul { margin: .4rem 0; padding-left: 1.2rem; }
.prose h4 { margin: .8rem 0 0; } .prose li { margin: .3rem 0; }
footer { color: var(--soft); font-size: .85rem; padding-block: 3rem; }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --grid: #ddd; --human: #8b929e;
    --baseline: #b9bec7; --start: #555; --accent: #2f5fd0; --hidden: #9a5b00; --hidden-wash: #fff; --agent-share: 52%; --vanilla-share: 88%; --good: #1a7f4b; --bad: #b3261e;
    --s0: #2f5fd0; --s1: #d1600f; --s2: #0b8a6b; --s3: #a8328a; --s4: #8a6d00; --s5: #0a87b8; --s6: #b3261e; --s7: #5b4bc4; }
  .cards { grid-template-columns: 1fr 1fr; } .cards.wide { grid-template-columns: 1fr; } table { font-size: 8pt; } th, td { padding: .25rem .35rem; } td.total { min-width: 7rem; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip { display: none; }
  header, main, footer { max-width: none; padding-inline: 0; }
  .card, tr, figure, svg { break-inside: avoid; } .card.prose { break-inside: auto; } h2, h3 { break-after: avoid; }
  section.task { break-before: page; } .scroll { overflow: visible; } .chart { min-width: 0 !important; } a { color: inherit; text-decoration: none; }
}
)css";
}

}  // namespace mls::report
