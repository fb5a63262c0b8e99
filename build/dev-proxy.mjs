/**
 * What Vite's dev server passes on to the web host, with the session that was opened for the page. The host takes what changes
 * something from its own page alone; ours may speak for it, another site's may not, whatever name it calls us by.
 * `paths`: shared/web-paths.ts. `session()`: the host's origin and both halves of a session at it.
 */
export function devProxy(paths, session) {
  const passOn = (outgoing, incoming) => {
    const { host, origin } = incoming.headers
    const { origin: target, cookie, pageKey } = session()
    const isOurs =
      host === `127.0.0.1:${incoming.socket.localPort}` || host === `localhost:${incoming.socket.localPort}`
    if (!isOurs || (origin !== undefined && origin !== `http://${host}`)) return null
    outgoing.setHeader('cookie', cookie)
    if (origin !== undefined) outgoing.setHeader('origin', target)
    return pageKey
  }
  const configure = (proxy) => {
    proxy.on('proxyReq', (outgoing, incoming) => {
      const pageKey = passOn(outgoing, incoming)
      // As shared/page-key.ts has it; what the page itself may have kept is of another session.
      if (pageKey !== null) outgoing.setHeader('sluice-key', pageKey)
    })
    proxy.on('proxyReqWs', (outgoing, incoming) => {
      const pageKey = passOn(outgoing, incoming)
      if (pageKey !== null) outgoing.setHeader('sec-websocket-protocol', `sluice, sluice.key.${pageKey}`)
    })
  }
  const target = session().origin
  return Object.fromEntries(
    Object.values(paths).map((path) => [
      // A key that begins so is a pattern: `/login` is not `/login.css`, and not a module of that name.
      path.endsWith('/') ? `^${path}` : `^${path.replaceAll('.', '\\.')}(\\?|$)`,
      { target, ws: path === paths.rpc, changeOrigin: true, configure },
    ]),
  )
}
