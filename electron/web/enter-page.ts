import { PAGE_KEY_HEADER, pageKeyStore } from '../../shared/page-key'
import { webWords } from '../../shared/words/en/web-words'
import { htmlPage } from './html-page'
import type { Reply } from './reply'
import { WEB_PATHS } from '../../shared/web-paths'

const KEY_META = 'sluice-key'
const PROBLEM = 'problem'

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
 *
 * It goes on only once the session was seen to stand: a browser that keeps nothing, or a proxy that drops the cookie, would
 * lead back here for ever, a new session each time.
 */
export function enterPage({ pageKey, setCookie, base }: EnterPageOptions): Reply {
  const meta = pageKey === null ? '' : `<meta name="${KEY_META}" content="${pageKey}">\n`
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(setCookie === null ? {} : { 'set-cookie': setCookie }),
    },
    body: htmlPage({
      title: 'Sluice',
      head: meta,
      body: `<noscript>${webWords.needsScripts}</noscript>
<p role="alert" id="${PROBLEM}" hidden>${webWords.keepsNothing}</p>
<script src="${base}${WEB_PATHS.enterScript}"></script>`,
    }),
  }
}

export function enterScript(base: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
    body: `const key = document.querySelector('meta[name=${KEY_META}]')?.content
const goOn = () => location.replace('${base}/' + location.hash)
const stands = async () => {
  localStorage.setItem('${pageKeyStore(base)}', key)
  const headers = { '${PAGE_KEY_HEADER}': key }
  return (await fetch('${base}${WEB_PATHS.session}', { method: 'HEAD', cache: 'no-store', headers })).ok
}
if (!key) goOn()
else stands().catch(() => false).then((yes) => yes ? goOn() : (document.getElementById('${PROBLEM}').hidden = false))
`,
  }
}
