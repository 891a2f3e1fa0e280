export { printable, printableInLine } from '../service/printable.ts'
