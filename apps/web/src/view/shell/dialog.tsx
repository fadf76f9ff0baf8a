import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { Icon } from './icon.tsx'

export interface DialogProps {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** Nothing closes it but what stands in it. */
  isLocked?: boolean
}

/** A modal dialog: the browser keeps the focus in it, and gives it back to where it was. */
export function Dialog({ title, onClose, children, isLocked = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // Closed before it is removed: only then does the browser give the focus back.
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      class={isLocked ? 'dialog locked' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        if (!isLocked) onClose()
      }}
      onClose={onClose}
      closedby={isLocked ? 'none' : 'any'}
    >
      <div class="sheet">
        <header>
          <h2 id={titleId}>{title}</h2>
          {!isLocked && (
            <button type="button" class="quiet round" aria-label={texts.shell.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  )
}
