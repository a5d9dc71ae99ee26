import { CHAIN_STYLE } from '../printing/chain-svg.ts';

/** The report's whole style sheet: one column that never scrolls sideways, both colour schemes, and paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --shade: #f3f3ef; --ink: #22262a; --soft: #5f676e; --line: #c9ccc8; --hair: #e4e5e0;
  --accent: #2563a8; --good: #2c7a4b; --bad: #b3261e; --bad-shade: #fdf0ee; --good-shade: #eef6f0;
  --job-0: #2563a8; --job-1: #b45309; --job-2: #2c7a4b; --job-3: #8b3fa0; --job-4: #0f766e; --job-5: #a3325c;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17191c; --shade: #202327; --ink: #e3e4e1; --soft: #a0a6ab; --line: #4a5057; --hair: #2d3136;
    --accent: #7cb0ea; --good: #79c795; --bad: #f2938a; --bad-shade: #3a2321; --good-shade: #1f3026;
    --job-0: #7cb0ea; --job-1: #e8a65a; --job-2: #79c795; --job-3: #d39be4; --job-4: #5fc9bd; --job-5: #ef91b4;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 2rem clamp(.75rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.75rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line) }
h3 { font-size: .8rem; font-weight: 600; color: var(--soft); margin: 1.4rem 0 .4rem }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em }
a:hover { text-decoration-color: currentColor }
p { margin: .3rem 0 }
.soft { color: var(--soft) }
.failed .mark, .bad { color: var(--bad) }
.passed .mark, .updated .mark { color: var(--good) }
.skipped .mark { color: var(--soft) }
.number, time { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap }
table { border-collapse: collapse; width: 100%; margin: 1.25rem 0 }
th { font-weight: 500; font-size: .8rem; color: var(--soft); text-align: left }
th.number { text-align: right }
td, th { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--hair); vertical-align: baseline }
td:last-child, th:last-child { padding-right: 0 }
tfoot td { font-weight: 600; border-bottom: 0 }
.filter { border: 0; padding: 0; margin: 1.25rem 0 0; display: flex; flex-wrap: wrap; gap: .3rem 1.25rem }
.filter legend { float: left; color: var(--soft); padding: 0; margin-right: 1.25rem }
.filter label { cursor: pointer }
body:has(#only-failed:checked) :is(.case:not(.failed), section:not(:has(.failed))),
body:has(#only-skipped:checked) :is(.case:not(.skipped), section:not(:has(.skipped))) { display: none }
.case { border-bottom: 1px solid var(--hair); content-visibility: auto; contain-intrinsic-size: auto 2.2rem }
summary { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr) auto; padding: .35rem 0; cursor: pointer; list-style: none }
summary::-webkit-details-marker { display: none }
summary:hover { background: var(--shade) }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
summary .soft { font-size: .85rem; margin-left: .5rem }
details[open] > summary { font-weight: 600 }
details[open] > summary .soft, details[open] > summary time { font-weight: 400 }
.body { padding: 0 0 1.5rem 1.5rem }
pre, ol.code, .diff { font: .82rem/1.55 var(--mono); margin: .4rem 0; tab-size: 2; white-space: pre-wrap; background: var(--shade); padding: .6rem .75rem; border-radius: 4px }
pre.problem { background: var(--bad-shade) }
ol.code { padding-left: 3.4rem }
ol.code li::marker { color: var(--soft); font-size: .75rem }
ol.code li { padding-left: .3rem; min-height: 1.55em }
ol.code li.failing { background: var(--bad-shade); box-shadow: -3px 0 0 var(--bad); font-weight: 600 }
ol.code li.failing::marker { color: var(--bad); font-weight: 600 }
ol.code .took { float: right; color: var(--soft); font-weight: 400; margin-left: 1rem }
.diff { display: grid; grid-template-columns: 1fr; padding: .4rem 0 }
.diff span { padding: 0 .75rem 0 1.9rem; text-indent: -1.15rem; min-height: 1.55em }
.diff .only-expected { background: var(--bad-shade); color: var(--bad) }
.diff .only-actual { background: var(--good-shade); color: var(--good) }
.steps { list-style: none; margin: .4rem 0; padding: 0 }
.steps > li { border-top: 1px solid var(--hair); padding: .3rem 0 }
.step { display: grid; grid-template-columns: 2.2rem minmax(0, 1fr) minmax(3rem, 9rem) 5rem; column-gap: .6rem; align-items: baseline; font-size: .82rem }
.step code { font: .82rem/1.5 var(--mono); white-space: pre-wrap }
.failed > .step code { color: var(--bad) }
.span { position: relative; height: .5rem; align-self: center; background: var(--shade) }
.span i { position: absolute; top: 0; bottom: 0; min-width: 2px; background: var(--accent) }
.failed > .step .span i { background: var(--bad) }
.change { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: .5rem 0 .75rem 2.8rem }
.change figure { margin: 0; max-width: 100%; min-width: 0 }
figcaption { font-size: .75rem; color: var(--soft) }
.pictures { overflow-x: auto; max-width: 100% }
.pictures svg { display: block; margin: .2rem 0 .5rem }
.plot { margin: 0; overflow-x: auto }
.plot svg { display: block; width: 100%; min-width: 42rem; max-width: 60rem; height: auto }
.plot text { font: 11px system-ui, sans-serif; fill: var(--soft) }
.plot .grid { stroke: var(--hair) }
.plot .axis { stroke: var(--line) }
.plot .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
.plot .mark-line { stroke: var(--paper); stroke-width: 1.5 }
.plot .id { fill: var(--ink) }
.plot .running { fill-opacity: .25 }
.plot .held { fill-opacity: .5 }
.plot .ready { fill-opacity: .75 }
.plot .broken { fill-opacity: .9 }
.plot .phase { font-size: 10px; fill: var(--ink) }
.plot .over { fill: var(--paper) }
footer { margin-top: 3rem; font-size: .8rem; color: var(--soft) }
@media (max-width: 40rem) {
  body { padding-top: 1rem; font-size: 15px }
  .body { padding-left: 0 }
  .step { grid-template-columns: 1.9rem minmax(0, 1fr) 4rem }
  .step .span { display: none }
  .change { margin-left: 0 }
  ol.code { padding-left: 2.6rem; padding-right: .4rem }
  .wide { display: none }
  .filter legend { float: none; width: 100% }
}
@media print {
  :root { --paper: #fff; --shade: #f6f6f6 }
  body { max-width: none; padding: 0; font-size: 10pt }
  .filter { display: none }
  .case { content-visibility: visible; break-inside: auto }
  details::details-content { content-visibility: visible; block-size: auto }
  summary, .change, .plot, h2, h3 { break-inside: avoid; break-after: avoid }
  .change, .plot { break-after: auto }
}
${CHAIN_STYLE}`;
