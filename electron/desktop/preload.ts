import { ipcRenderer } from 'electron'

/**
 * Hands the page's message port on to the main process, and that is all: nothing is exposed to the page. It runs in a
 * world of its own (context isolation), before any of the page's scripts.
 */
window.addEventListener('message', ({ data, source, origin, ports }) => {
  const [port] = ports
  if (data !== 'sluice:connect' || source !== window || origin !== window.origin || port === undefined) return
  ipcRenderer.postMessage('sluice:connect', null, [port])
})
