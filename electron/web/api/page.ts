import type { OpenAPI } from '@orpc/openapi'
import { appErrors, type AppErrorCode } from '../../../shared/error-data'
import { ERROR_STATUS } from '../../../shared/error-status'
import { apiWords } from '../../../shared/words/en/api-words'
import { WEB_PATHS } from '../../../shared/web-paths'
import { htmlPage, PAGE_STYLE } from '../html-page'

/** The document as a page that is read: without a script, and with nothing from elsewhere. */
export function apiPage({ info, paths = {}, components = {} }: OpenAPI.Document, base: string): string {
  const operations = Object.entries(paths).flatMap(([path, item]) => (item?.post ? [{ path, it: item.post }] : []))
  const nouns = [...new Set(operations.flatMap(({ it }) => it.tags ?? []))]
  const url = `${base}${WEB_PATHS.api}`
  const body = `<header>
<h1>${apiWords.heading}</h1>
<p>${escaped(apiWords.version(info.version))} · <a href="${base}${WEB_PATHS.apiDocument}">${apiWords.documentLink}</a></p>
</header>
<nav><ul>${nouns.map((noun) => `<li><a href="#${noun}">${noun}</a></li>`).join('')}<li><a href="#errors">${apiWords.errorsTitle}</a></li><li><a href="#schemas">${apiWords.schemasTitle}</a></li></ul></nav>
<main>
<p>${apiWords.description}</p>
<h2>${apiWords.howTitle}</h2>
<ul>${apiWords.how.map((text) => `<li>${escaped(text)}</li>`).join('\n')}</ul>
<h2>${apiWords.exampleTitle}</h2>
<pre tabindex="0">curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"connectionId": "…", "key": "orders", "countLag": true}' \\
  http://127.0.0.1:PORT${escaped(url)}/group/list</pre>
${nouns.map((noun) => section(noun, operations, url)).join('\n')}
<h2 id="errors">${apiWords.errorsTitle}</h2>
<p>${apiWords.errorsHint}</p>
<table><thead><tr><th>${apiWords.code}</th><th>${apiWords.status}</th><th>${apiWords.means}</th></tr></thead><tbody>
${Object.keys(appErrors)
  .map((code) => errorRow(code as AppErrorCode))
  .join('\n')}
</tbody></table>
<h2 id="schemas">${apiWords.schemasTitle}</h2>
${Object.entries(components.schemas ?? {})
  .map(
    // Within: a browser opens what a link leads into.
    ([name, schema]) =>
      `<details><summary><code>${escaped(name)}</code></summary><div id="${idOf(name)}">${pretty(schema)}</div></details>`,
  )
  .join('\n')}
</main>`
  return htmlPage({ title: apiWords.title, style: `${base}${WEB_PATHS.apiStyle}`, body })
}

interface Listed {
  readonly path: string
  readonly it: OpenAPI.OperationObject
}

function section(noun: string, operations: readonly Listed[], url: string): string {
  const own = operations.filter(({ it }) => it.tags?.includes(noun))
  return `<h2 id="${noun}">${noun}</h2>\n${own.map((each) => procedure(each, url)).join('\n')}`
}

function procedure({ path, it }: Listed, url: string): string {
  const input = 'content' in (it.requestBody ?? {}) ? (it.requestBody as OpenAPI.RequestBodyObject).content : {}
  const ok = (it.responses?.['200'] ?? {}) as OpenAPI.ResponseObject
  return `<details id="${path.slice(1).replace('/', '.')}"><summary><code>POST ${escaped(`${url}${path}`)}</code> <span>${escaped(it.summary ?? '')}</span></summary>
<p>${escaped(it.description ?? '')}</p>
<h3>${apiWords.input}</h3>${shape(input)}
<h3>${apiWords.output}</h3>${shape(ok.content ?? {})}
</details>`
}

function shape(content: Readonly<Record<string, OpenAPI.MediaTypeObject>>): string {
  const events = content['text/event-stream']?.schema as EventSchema | undefined
  if (events !== undefined) return `<p>${apiWords.events}</p>${pretty(events.oneOf[0].properties.data)}`
  const json = content['application/json']?.schema
  return json === undefined ? `<p>${apiWords.nothing}</p>` : pretty(json)
}

/** As the generator makes it: what comes, the end, an error. */
interface EventSchema {
  readonly oneOf: readonly [{ readonly properties: { readonly data: unknown } }]
}

function errorRow(code: AppErrorCode): string {
  return `<tr><td><a href="#${idOf(`Error.${code}`)}"><code>${code}</code></a></td><td>${ERROR_STATUS[code]}</td><td>${escaped(apiWords.errors[code])}</td></tr>`
}

/** A schema to be read, in which what it refers to is a link. */
function pretty(schema: unknown): string {
  const text = escaped(JSON.stringify(schema, null, 2))
  const linked = text.replace(
    /&quot;#\/components\/schemas\/([\w.]+)&quot;/g,
    (_all, name: string) => `<a href="#${idOf(name)}">${name}</a>`,
  )
  return `<pre tabindex="0">${linked}</pre>`
}

function idOf(name: string): string {
  return `schema-${name}`
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ESCAPED[found] ?? found)
}

export const API_STYLE = `${PAGE_STYLE}:root { scroll-padding-top: 1rem; }
body { display: grid; grid-template-columns: 11rem minmax(0, 60rem); grid-template-areas: 'head head' 'nav main'; gap: 0 2rem;
  max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
header { grid-area: head; }
nav { grid-area: nav; position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; }
nav ul { margin: 0; padding: 0; list-style: none; }
main { grid-area: main; min-width: 0; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.15rem; }
h3 { margin: 0.75rem 0 0.25rem; font-size: 0.9rem; }
a { color: light-dark(#0b6b8a, #5cc4e6); }
code, pre { font: 12px/1.5 ui-monospace, monospace; }
pre { overflow: auto; max-height: 24rem; margin: 0.25rem 0; padding: 0.75rem; border-radius: 6px; background: light-dark(#eceef0, #0f1113); }
details { margin: 0.35rem 0; padding: 0.5rem 0.75rem; border-radius: 6px; background: light-dark(#fff, #1f2226);
  box-shadow: 0 1px 2px #0002; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary code { font-weight: 600; }
summary span { color: light-dark(#4b535c, #a9b1b9); }
:target { outline: 2px solid light-dark(#0b6b8a, #5cc4e6); outline-offset: 2px; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; } nav li { display: inline-block; margin-right: 0.75rem; } }
`
