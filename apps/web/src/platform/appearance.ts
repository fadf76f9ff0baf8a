import { effect, type Signal, signal } from '@preact/signals'
import { type Appearance, appearanceOf } from '../model/appearance.ts'

const KEY = 'tasklane appearance'

/** Chosen for this device: kept in local storage, and shown in every tab at once. */
export function openAppearance(storage: Storage, page: Document): Signal<Appearance> {
  const appearance = signal(appearanceOf(storage.getItem(KEY)))
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY || key === null) appearance.value = appearanceOf(newValue)
  })
  const paintFrame = frameOf(page)
  effect(() => {
    const { value } = appearance
    if (value === 'system') storage.removeItem(KEY)
    else storage.setItem(KEY, value)
    page.documentElement.style.colorScheme = value === 'system' ? '' : value
    paintFrame(value)
  })
  return appearance
}

/** The browser's own frame has two colours in the page's head, each for one setting of the system. */
function frameOf(page: Document): (appearance: Appearance) => void {
  const frames = [...page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
  const [light = '', dark = ''] = frames.map(({ content }) => content)
  return (appearance) => {
    const [inLight, inDark] = { system: [light, dark], light: [light, light], dark: [dark, dark] }[appearance]
    for (const frame of frames) frame.content = (frame.media.includes('dark') ? inDark : inLight) ?? ''
  }
}
