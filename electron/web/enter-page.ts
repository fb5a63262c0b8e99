import { pageKeyStore } from '../../shared/page-key'
import { webWords } from '../../shared/words/en/web-words'
import type { Reply } from './reply'
import { WEB_PATHS } from '../../shared/web-paths'

const KEY_META = 'sluice-key'

export interface EnterPageOptions {
  readonly pageKey: string | null
  readonly setCookie: string | string[] | null
  /** Below which all of it lies. */
  readonly base: string
}

/**
 * A page that goes on to Sluice's by itself, having put the page key of a new session where only pages of this origin find it.
 * No redirect: where a link on another site led here, a browser keeps a strict cookie back from all that follows by
 * redirects, but not from where a page of ours goes next.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.2.1
 */
export function enterPage({ pageKey, setCookie, base }: EnterPageOptions): Reply {
  const meta = pageKey === null ? '' : `<meta name="${KEY_META}" content="${pageKey}">\n`
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(setCookie === null ? {} : { 'set-cookie': setCookie }),
    },
    body: `<!doctype html>
<html lang="${webWords.language}">
<head>
<meta charset="utf-8">
<title>Sluice</title>
<link rel="icon" href="data:,">
${meta}<script src="${base}${WEB_PATHS.enterScript}"></script>
</head>
<body><noscript>${webWords.needsScripts}</noscript></body>
</html>
`,
  }
}

export function enterScript(base: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
    body: `const key = document.querySelector('meta[name=${KEY_META}]')?.content
if (key) localStorage.setItem('${pageKeyStore(base)}', key)
location.replace('${base}/' + location.hash)
`,
  }
}
