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
  const options = { signal: listening.signal }
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
  const hear = (type: string, listener: (event: PointerEvent) => void) =>
    page.addEventListener(type, (event) => event instanceof PointerEvent && listener(event), options)
  hear('pointerdown', ({ isPrimary, button, defaultPrevented }) => {
    clearTimeout(lifted)
    // Whoever prevented it, as a drag does, wants no click.
    if (isPrimary && button === 0 && !defaultPrevented) isPressed = true
  })
  hear('pointerup', () => {
    lifted = setTimeout(end, CLICK_MILLISECONDS)
  })
  hear('pointermove', ({ buttons }) => {
    if (isPressed && buttons === 0) end()
  })
  // The last two come after a choice in the browser's own list, which keeps to itself that the button was let go.
  // Before anybody hears of them, for what is decided then is decided by what there is.
  for (const type of ['click', 'pointercancel', 'change', 'keydown'])
    page.addEventListener(type, end, { ...options, capture: true })
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
