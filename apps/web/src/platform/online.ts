import { type ReadonlySignal, signal } from '@preact/signals'

/** Whether this device has a network at all. It may have one and still not reach the service. */
export function watchOnline(): ReadonlySignal<boolean> {
  const isOnline = signal(navigator.onLine)
  const read = () => {
    isOnline.value = navigator.onLine
  }
  addEventListener('online', read)
  addEventListener('offline', read)
  return isOnline
}
