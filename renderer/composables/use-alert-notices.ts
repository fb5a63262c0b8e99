import { watch } from 'vue'
import type { Telling } from '../../shared/model/alert'
import { words } from '../../shared/words/words'
import { useAlerts } from '../stores/alerts'
import { useToasts } from '../stores/toasts'
import { toldText } from '../../shared/words/alert-text'
import { toldHealth } from '../utils/told-health'
import { useGoTo } from './use-go-to'

/** Shows a notice of what alerts tell while this page is there. */
export function useAlertNotices(): void {
  const alerts = useAlerts()
  const toasts = useToasts()
  const goTo = useGoTo()

  function show(told: Telling): void {
    const [first] = told.named
    if (!first) return
    const title = told.what === 'raised' ? words.alert.noticeRaised : words.alert.noticeResolved
    toasts.show({
      tone: toldHealth(told),
      kept: true,
      title: title(told.alertName, told),
      detail: words.alert.noticeOf(toldText(first), told.count - 1),
      action: { label: words.alert.open, run: () => void goTo(told.connectionId, first) },
    })
  }
  watch(
    () => alerts.news,
    (news) => {
      for (const told of news) show(told)
    },
  )
}
