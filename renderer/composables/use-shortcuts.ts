import { onScopeDispose } from 'vue'
import { defaultKeybindingsHandlerIgnore, tinykeys } from 'tinykeys'

type Handler = () => void

/** So long after `g` its second key still counts: a page that is busy is told of both late. */
const SEQUENCE_MS = 2_000

/**
 * Keys for the whole window, in tinykeys' words. `anywhere` also works while something is typed; `idle` doesn't, nor over
 * an open dialog or menu.
 */
export function useShortcuts(bindings: {
  readonly anywhere: Readonly<Record<string, Handler>>
  readonly idle: Readonly<Record<string, Handler>>
}): void {
  const stops = [
    tinykeys(window, withPrevented(bindings.anywhere), { ignore: () => false, timeout: SEQUENCE_MS }),
    tinykeys(window, withPrevented(bindings.idle), {
      timeout: SEQUENCE_MS,
      ignore: (event) => event.defaultPrevented || isTyping(event) || isOverlaid(event),
    }),
  ]
  onScopeDispose(() => {
    for (const stop of stops) stop()
  })
}

function withPrevented(bindings: Readonly<Record<string, Handler>>): Record<string, (event: KeyboardEvent) => void> {
  const handlers: Record<string, (event: KeyboardEvent) => void> = {}
  for (const [keys, handler] of Object.entries(bindings)) {
    handlers[keys] = (event) => {
      event.preventDefault()
      handler()
    }
  }
  return handlers
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  return defaultKeybindingsHandlerIgnore(event) || target.matches('input:not([type=checkbox]), textarea, select')
}

function isOverlaid(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest('[role=dialog], [role=menu]') !== null
}
