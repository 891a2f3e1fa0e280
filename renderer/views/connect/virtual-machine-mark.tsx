import { Spoken } from '../../widgets/spoken.tsx'
import styles from './virtual-machine-mark.module.css'

/** Beside the name of a target whose panic costs nothing. */
export function VirtualMachineMark() {
  return (
    <span className={styles.mark} title="Marked as a virtual machine">
      <span aria-hidden="true">VM</span>
      <Spoken>(virtual machine)</Spoken>
    </span>
  )
}
