import { words } from '../../shared/words/words'
import { useToasts } from '../stores/toasts'

/** Copies text and says so. */
export function useCopy(): (text: string, what?: string) => Promise<void> {
  const toasts = useToasts()
  return async (text, what = words.frame.copied) => {
    try {
      await navigator.clipboard.writeText(text)
      toasts.show({ tone: 'plain', title: what, detail: text.length > 120 ? `${text.slice(0, 120)}…` : text })
    } catch {
      // Refused by the browser: no permission, or the page has no focus.
      toasts.show({
        tone: 'bad',
        title: words.frame.clipboardRefused,
        detail: words.frame.copyByHand,
      })
    }
  }
}
