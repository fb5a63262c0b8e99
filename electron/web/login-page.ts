import { webWords } from '../../shared/words/en/web-words'
import { pagePolicy } from '../host/page-policy'
import { htmlPage, PAGE_STYLE } from './html-page'
import type { Reply } from './reply'
import { WEB_PATHS } from '../../shared/web-paths'

export interface LoginPageOptions {
  readonly base: string
  /** Whether it asks for a user's name as well. */
  readonly asksName?: boolean
  readonly status: number
  /** Shown above the field. Our own words only: nothing that was sent comes back. */
  readonly problem?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A page that works without its script, which only keeps where an address leads. */
export function loginPage({ status, problem, headers = {}, base, asksName = false }: LoginPageOptions): Reply {
  return {
    status,
    headers: { ...LOGIN_HEADERS, 'content-type': 'text/html; charset=utf-8', ...headers },
    body: html(problem, base, asksName),
  }
}

export const loginStyle: Reply = { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: css() }

/** A form drops the fragment of its page, which says where in Sluice a link leads. */
export const loginScript: Reply = {
  status: 200,
  headers: { 'content-type': 'text/javascript; charset=utf-8' },
  body: 'document.forms[0].action += location.hash\n',
}

const LOGIN_HEADERS = {
  'content-security-policy': pagePolicy({ connect: "'none'", forms: "'self'" }),
  // Under no-referrer a browser posts a form with `Origin: null`, and the guard could not tell whose it is
  // (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
  'referrer-policy': 'same-origin',
}

function html(problem: string | undefined, base: string, asksName: boolean): string {
  const alert = problem === undefined ? '' : `<p role="alert" id="problem">${problem}</p>`
  const described = problem === undefined ? '' : ' aria-describedby="problem" aria-invalid="true"'
  const user = asksName
    ? `<label for="user">${webWords.user}</label>
<input id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required autofocus${described}>
`
    : ''
  const body = `<main>
<h1>Sluice</h1>
<form method="post" action="${base}${WEB_PATHS.login}">
${alert}
${user}<label for="password">${webWords.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${asksName ? '' : ' autofocus'}${described}>
<button type="submit">${webWords.logIn}</button>
</form>
</main>
<script src="${base}${WEB_PATHS.loginScript}"></script>`
  return htmlPage({ title: webWords.loginTitle, style: `${base}${WEB_PATHS.loginStyle}`, body })
}

function css(): string {
  return `${PAGE_STYLE}body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
main { width: min(20rem, calc(100vw - 4rem)); padding: 1.5rem; border-radius: 8px;
  background: light-dark(#fff, #1f2226); box-shadow: 0 1px 4px #0003; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
form { display: grid; gap: 0.5rem; }
p { margin: 0; color: light-dark(#b42318, #ff9c92); }
input, button { padding: 0.4rem 0.6rem; border: 1px solid light-dark(#8a9199, #6b737c); border-radius: 4px;
  background: transparent; color: inherit; font: inherit; }
button { border-color: transparent; background: #0b6b8a; color: #fff; cursor: pointer; }
`
}
