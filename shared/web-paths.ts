/**
 * What the web host answers itself, beside the files of the page: all there is, so that `npm run dev` passes just these on.
 * A slash at the end: something secret follows.
 */
export const WEB_PATHS = {
  rpc: '/rpc',
  /** Whether the host serves, for who watches over it; needs no session, and tells nothing else. */
  health: '/healthz',
  /** For Prometheus, with a token of its own. */
  metrics: '/metrics',
  /** For programs, with a token: what there is, as a page; and below it each procedure. */
  api: '/api',
  apiDocument: '/api/openapi.json',
  apiStyle: '/api/style.css',
  /** Asks for one more window, with a secret that only this user can read. */
  window: '/window',
  /** Whether the session stands. */
  session: '/session',
  logOut: '/log-out',
  logOutEverywhere: '/log-out-everywhere',
  /** Of all users. */
  logOutEverybody: '/log-out-everybody',
  download: '/download/',
  upload: '/upload/',
  launch: '/launch/',
  login: '/login',
  loginStyle: '/login.css',
  loginScript: '/login.js',
  enterScript: '/enter.js',
} as const
