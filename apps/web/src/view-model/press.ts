/** A finger's click comes this long after it is lifted, at most. */
const CLICK_MILLISECONDS = 100

export interface Press {
  /** Does it at once, or where something is pressed, once its click is over; of several, the last. */
  afterClick: (show: () => void) => void
  stop: () => void
}

/**
 * Knows whether a button or a finger is down on the page. What moves then leaves a click between its two halves, and the
 * browser drops it.
 */
export function watchPress(page: EventTarget): Press {
  const listening = new AbortController()
  const options = { signal: listening.signal, capture: true }
  let isPressed = false
  let lifted: ReturnType<typeof setTimeout> | undefined
  let waiting: (() => void) | undefined
  const end = () => {
    clearTimeout(lifted)
    isPressed = false
    const show = waiting
    waiting = undefined
    show?.()
  }
  const listen = (type: string, hear: (event: PointerEvent) => void) =>
    page.addEventListener(type, (event) => event instanceof PointerEvent && hear(event), options)
  listen('pointerdown', ({ isPrimary, button }) => {
    clearTimeout(lifted)
    if (isPrimary && button === 0) isPressed = true
  })
  listen('pointerup', () => {
    lifted = setTimeout(end, CLICK_MILLISECONDS)
  })
  listen('click', end)
  listen('pointercancel', end)
  listen('pointermove', ({ buttons }) => {
    // Let go where the page did not hear of it.
    if (isPressed && buttons === 0) end()
  })
  return {
    afterClick(show) {
      if (isPressed) waiting = show
      else show()
    },
    stop() {
      listening.abort()
      end()
    },
  }
}
