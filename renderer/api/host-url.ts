/** Below which the web host serves everything: where the page itself lies. Empty, or `/sluice`. */
export function basePath(): string {
  return new URL('.', window.location.href).pathname.replace(/\/$/, '')
}

/** Where one of the web host's own paths (`/rpc`) is. */
export function hostUrl(path: string): URL {
  return new URL(`.${path}`, window.location.href)
}
