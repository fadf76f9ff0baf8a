import type { ComponentChildren, RefObject } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'

export interface MenuItem {
  name: string
  run: () => void
  isDangerous?: boolean
}

export interface MenuProps {
  /** The button's name. */
  label: string
  button: ComponentChildren
  /** Asked for when it is opened: most menus of a list never are. */
  items: () => readonly MenuItem[]
  /** What stands above the items. */
  heading?: string | undefined
}

/** A button that opens a menu, as WAI-ARIA describes it: arrows, Home, End, Escape, and the focus back at its end. */
export function Menu({ label, button, items, heading }: MenuProps) {
  const [isOpen, setOpen] = useState(false)
  const menuId = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const close = () => {
    setOpen(false)
    opener.current?.focus()
  }
  return (
    <div class="menu-place">
      <button
        ref={opener}
        type="button"
        class="quiet"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? menuId : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setOpen(true)
        }}
      >
        {button}
      </button>
      {isOpen && (
        <MenuList
          id={menuId}
          label={label}
          items={items()}
          heading={heading}
          opener={opener}
          onClose={close}
        />
      )}
    </div>
  )
}

interface MenuListProps {
  id: string
  label: string
  items: readonly MenuItem[]
  heading: string | undefined
  opener: RefObject<HTMLElement | null>
  onClose: () => void
}

function MenuList({ id, label, items, heading, opener, onClose }: MenuListProps) {
  const sheet = useRef<HTMLDivElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  usePlace(sheet, opener)
  const onKeyDown = useMenuKeys(menu, onClose)
  return (
    <div ref={sheet} class="menu" popover="manual">
      {heading !== undefined && (
        <p class="menu-heading" dir="auto">
          {heading}
        </p>
      )}
      <div
        ref={menu}
        id={id}
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onFocusOut={({ relatedTarget }) => {
          const place = menu.current?.closest('.menu-place')
          if (!(relatedTarget instanceof Node && place?.contains(relatedTarget))) onClose()
        }}
      >
        {items.map((item) => (
          <MenuButton key={item.name} item={item} onClose={onClose} />
        ))}
      </div>
    </div>
  )
}

/** In the top layer, where no list clips it, and beside its button as long as that moves. */
function usePlace(sheet: RefObject<HTMLElement | null>, opener: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const place = () => {
      if (sheet.current !== null && opener.current !== null) placeBeside(sheet.current, opener.current)
    }
    sheet.current?.showPopover()
    place()
    const moving = new AbortController()
    addEventListener('scroll', place, { capture: true, passive: true, signal: moving.signal })
    addEventListener('resize', place, { signal: moving.signal })
    return () => moving.abort()
  }, [sheet, opener])
}

const EDGE_PIXELS = 8

/** Below the button, or above it, or over it: whole in sight. */
function placeBeside(sheet: HTMLElement, opener: HTMLElement): void {
  const { top, bottom, left, right } = opener.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = sheet
  const gap = EDGE_PIXELS / 2
  const lowest = innerHeight - height - EDGE_PIXELS
  const isRoomAbove = top - gap - height >= EDGE_PIXELS
  const y = bottom + gap <= lowest ? bottom + gap : isRoomAbove ? top - gap - height : lowest
  const x = left + right > innerWidth ? right - width : left
  sheet.style.top = `${Math.max(EDGE_PIXELS, y)}px`
  sheet.style.left = `${Math.max(EDGE_PIXELS, Math.min(x, innerWidth - width - EDGE_PIXELS))}px`
}

/** The first item has the focus, and the keys move it. */
function useMenuKeys(
  menu: RefObject<HTMLDivElement | null>,
  onClose: () => void,
): (event: KeyboardEvent) => void {
  const buttons = () => [...(menu.current?.querySelectorAll('button') ?? [])]
  useLayoutEffect(() => {
    buttons()[0]?.focus()
  }, [])
  return (event) => {
    const all = buttons()
    const at = all.findIndex((button) => button.matches(':focus'))
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Escape') onClose()
    else if (move !== undefined) all.at(move % all.length)?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}

function MenuButton({ item, onClose }: { item: MenuItem; onClose: () => void }) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={item.isDangerous ? 'dangerous' : undefined}
      onClick={() => {
        onClose()
        item.run()
      }}
    >
      {item.name}
    </button>
  )
}
