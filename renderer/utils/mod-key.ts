/** What the main modifier is labelled on this machine's keyboard. */
export const modKey = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl'
