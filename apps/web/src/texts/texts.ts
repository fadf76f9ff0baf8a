import { en } from './en.ts'

export type Texts = typeof en

/** The texts of the interface in the reader's language, of those that there are. */
export const texts: Texts = en
