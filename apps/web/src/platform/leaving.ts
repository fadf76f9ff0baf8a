/** Asks before the page is left while something is unsent: it is kept, but this device may not be opened again soon. */
export function warnWhenLeaving(isUnsent: () => boolean): void {
  addEventListener('beforeunload', (event) => {
    if (isUnsent()) event.preventDefault()
  })
}
