import { inject, provide, type InjectionKey } from 'vue'
import { words } from '../../shared/words/words'

const inDialog: InjectionKey<true> = Symbol(words.frame.inDialog)

/** Says to what is below that it is in a dialog. */
export function provideDialog(): void {
  provide(inDialog, true)
}

/**
 * Where menus and tips go: to their own landmark, so that readers find them; beside an open dialog, as everything else is
 * hidden from readers then.
 */
export function useOverlayTarget(): string | HTMLElement {
  const own = document.getElementById('overlays')
  return inject(inDialog, false) || own === null ? 'body' : own
}
