import type { Locator, Page } from 'playwright-core'

export interface Expected {
  /** Elements that stand for rows, or whatever is waited for. */
  readonly selector: string
  /** How many of them there have to be at least… */
  readonly least: number
  /** …that hold this text. */
  readonly text: string
}

/** From the click itself to the frame that shows what is expected, by the page's own clock, ms. */
export async function clickToShown(page: Page, target: Locator, expected: Expected): Promise<number> {
  // Armed before the click, which is what starts the clock.
  const armed = await page.evaluateHandle(watchFromClick, expected)
  await target.click()
  const took = await armed.evaluate(({ shown }) => shown)
  if (took !== null) return took
  const { selector, least, text } = expected
  const shown = await page.locator(selector).allTextContents()
  throw new Error(
    `Fewer than ${least} of ${selector} held "${text}" ten seconds after the click, but: ${shown.slice(0, 3).join(' | ')}`,
  )
}

/** Runs in the page, so it may not refer to anything out here. Null: not shown in ten seconds. */
function watchFromClick({ selector, least, text }: Expected): { readonly shown: Promise<number | null> } {
  const isThere = (): boolean => {
    const found = [...document.querySelectorAll(selector)].filter((element) => element.textContent.includes(text))
    return found.length >= least
  }
  const shown = new Promise<number | null>((resolve) => {
    let clickedAt: number | null = null
    addEventListener('click', (event) => (clickedAt ??= event.timeStamp), { capture: true, once: true })
    const look = (): void => {
      const from = clickedAt
      if (from !== null && performance.now() - from > 10_000) return resolve(null)
      if (from === null || !isThere()) return void requestAnimationFrame(look)
      // A message comes after this frame was painted.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve(performance.now() - from)
      port2.postMessage(null)
    }
    requestAnimationFrame(look)
  })
  return { shown }
}

/** Scrolls an element through `frames` frames, several rows each; frames shown per second. */
export function scrollRate(scroller: Locator, frames: number, pixelsPerFrame: number): Promise<number> {
  return scroller.evaluate(
    (element, { frames, pixelsPerFrame }) =>
      new Promise<number>((resolve) => {
        let left = frames
        let began = 0
        const step = (now: number): void => {
          if (left === frames) began = now
          if (left === 0) return resolve(frames / ((now - began) / 1_000))
          left -= 1
          element.scrollTop += pixelsPerFrame
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
    { frames, pixelsPerFrame },
  )
}
